// Any answer to a push of three streams: each entry gets one verdict, and what Loki's answer does
// not touch at all stays accepted, but for a page, which Loki never sends. The first byte picks the
// status.

#include <array>
#include <cstdlib>
#include <string>

#include "agent/base/text.h"
#include "exporters/loki/refused_entries.h"
#include "tests/exporters/loki/push_fixture.h"

namespace {

const std::string& body() {
  static const std::string kBody = [] {
    constexpr std::int64_t kNoon = 1'795'348'800'000'000'000;
    supercargo::test::loki::PushRequest request;
    for (const char* labels : {R"({a="1"})", R"({a="2"})", R"({a="}'\n"})"}) {
      supercargo::test::add_stream(
          request,
          labels,
          {{kNoon, "", {}}, {kNoon + 1, "0123456789ab", {{"k", "v"}}}, {-1, "abc", {}}});
    }
    return request.SerializeAsString();
  }();
  return kBody;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one function
  if (size == 0) {
    return 0;
  }
  constexpr std::array<int, 4> kStatuses{400, 429, 500, 204};
  const int status = kStatuses.at(data[0] % kStatuses.size());
  const std::string answer(data + 1, data + size);
  const std::vector<EntryVerdict> verdicts =
      judge_entries(body(), parse_loki_refusals(status, answer));
  if (verdicts.size() != 9) {
    std::abort();
  }
  const bool is_page = trim(answer).starts_with('<');
  for (const EntryVerdict& verdict : verdicts) {
    if (status == 204 && !is_page && verdict.fate != EntryFate::kAccepted) {
      std::abort();
    }
  }
  return 0;
}
