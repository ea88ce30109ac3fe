// Where the pieces end makes no difference to what is cut.

#include <algorithm>
#include <string>
#include <vector>

#include "collectors/kubernetes/json_splitter.h"

namespace {

struct Outcome {
  std::vector<std::string> objects;
  std::string envelope;
  std::uint64_t skipped = 0;
  bool ok = true;

  bool operator==(const Outcome&) const = default;
};

Outcome split(supercargo::JsonSplitter::Shape shape, std::string_view text, std::size_t piece) {
  constexpr std::size_t kMaxBytes = 64;
  supercargo::JsonSplitter splitter(shape, kMaxBytes);
  Outcome outcome;
  while (!text.empty() && outcome.ok) {
    const auto take = [&](std::string_view object) {
      if (object.size() > kMaxBytes) {
        __builtin_trap();
      }
      outcome.objects.emplace_back(object);
    };
    outcome.ok = splitter.feed(text.substr(0, piece), take).has_value();
    text.remove_prefix(std::min(piece, text.size()));
  }
  outcome.envelope = splitter.envelope();
  outcome.skipped = splitter.skipped();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Shape = supercargo::JsonSplitter::Shape;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Shape shape : {Shape::kStream, Shape::kList}) {
    if (split(shape, text, size) != split(shape, text, 1)) {
      __builtin_trap();
    }
  }
  return 0;
}
