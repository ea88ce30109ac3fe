#include "exporters/loki/ingester_text.h"

#include <algorithm>
#include <array>

#include "exporters/loki/text_pattern.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;

constexpr std::string_view kListedEntry = "entry with timestamp %t ignored, reason: '";
constexpr std::string_view kSummary = "user '%*', total ignored: %i out of %o for stream: %s";

constexpr std::array kListedReasons{
    TextPattern{
        Cause::kTooFarBehind,
        "entry too far behind, entry timestamp is: %*, oldest acceptable timestamp is: %b'"},
    TextPattern{Cause::kTooFarBehind, "entry too far behind"},
    TextPattern{Cause::kOutOfOrder, "entry out of order"},
    TextPattern{
        Cause::kStreamRate,
        "Per stream rate limit exceeded (limit: %r/sec) while attempting to ingest for stream "
        "'%s' totaling %*'"},
};

class IngesterText {
 public:
  explicit IngesterText(std::string_view text) : text_(text) {}

  std::size_t read(LokiRefusal& refusal) {
    while (read_entry(refusal)) {
    }
    if (refusal.listed.empty()) {
      return 0;
    }
    skip(", \r\n");
    LokiRefusal sum;
    if (const std::size_t size = match_pattern(kSummary, text_.substr(place_), sum); size > 0) {
      place_ += size;
      refusal.stream = std::move(sum.stream);
      refusal.ignored = sum.ignored;
      refusal.total = sum.total;
    }
    return place_;
  }

 private:
  void skip(std::string_view characters) {
    place_ = std::min(text_.size(), text_.find_first_not_of(characters, place_));
  }

  bool read_entry(LokiRefusal& refusal) {
    skip(", \r\n");
    LokiRefusal entry;
    const std::size_t size = match_pattern(kListedEntry, text_.substr(place_), entry);
    if (size == 0) {
      return false;
    }
    place_ += size;
    LokiRefusal reason;
    place_ += match_any_pattern(kListedReasons, text_.substr(place_), reason);
    refusal.listed.push_back({reason.cause, entry.time_ns.value_or(0), reason.bound_ns});
    merge(refusal, reason);
    const std::size_t line = text_.find('\n', place_);
    place_ = line == std::string_view::npos ? place_ : line;
    skip("'");
    return true;
  }

  // A limit of the rate outweighs what else was refused: the rest of the stream is to be sent
  // again.
  static void merge(LokiRefusal& refusal, LokiRefusal& reason) {
    if (refusal.cause != Cause::kStreamRate) {
      refusal.cause = reason.cause;
    }
    if (reason.cause == Cause::kStreamRate) {
      refusal.limit_bytes = reason.limit_bytes;
      refusal.stream = std::move(reason.stream);
    } else if (reason.bound_ns) {
      refusal.bound_ns = std::max(refusal.bound_ns.value_or(*reason.bound_ns), *reason.bound_ns);
    }
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

}  // namespace

std::size_t match_ingester_text(std::string_view text, LokiRefusal& refusal) {
  LokiRefusal read;
  const std::size_t size = IngesterText(text).read(read);
  if (size > 0) {
    refusal = std::move(read);
  }
  return size;
}

}  // namespace supercargo
