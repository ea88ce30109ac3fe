#include "exporters/gelf/gelf_http_answer.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace supercargo {
namespace {

constexpr std::size_t kDetailBytes = 300;

// A proxy's page, or the complaint of a TLS port that was spoken to in clear, is no word about the
// message.
bool is_word_of_the_input(std::string_view answer) {
  return answer.find("HTTP request to an HTTPS") == std::string_view::npos &&
         !answer.starts_with('<');
}

std::string_view advice(int status) {
  switch (status) {
    case 200:
      return "a page answers in place of a GELF input";
    case 400:
    case 411:
    case 415:
    case 422:
      return "it refuses every message: is this a GELF input?";
    case 401:
      return "set auth or headers to what the input's authorization header asks for";
    case 403:
      return "the receiver, or a proxy before it, does not allow it: look at auth";
    case 404:
      return "nothing takes GELF at this path: Graylog's HTTP input has /gelf";
    case 405:
      return "this address takes no POST: is it the HTTP input's?";
    case 413:
      return "the receiver's limit is lower than any message: raise its Max. HTTP chunk size";
    default:
      return {};
  }
}

}  // namespace

GelfAnswer gelf_answer(const HttpResult& result) {
  if (is_taken(result)) {
    return GelfAnswer::kTaken;
  }
  switch (result.status) {
    case 413:
      return GelfAnswer::kTooLong;
    case 400:
      return is_word_of_the_input(result.answer) ? GelfAnswer::kRefused : GelfAnswer::kLater;
    case 411:
    case 415:
    case 422:
      return GelfAnswer::kRefused;
    default:
      return GelfAnswer::kLater;
  }
}

Outcome gelf_failure(RequestId id, Outcome::Kind kind, const HttpResult& result) {
  Outcome outcome{id, kind, {}, {}, result.retry_after};
  if (result.failure != HttpResult::Failure::kNone) {
    outcome.reason = failure_name(result.failure);
    outcome.detail = result.error;
    return outcome;
  }
  outcome.reason = "http_" + std::to_string(result.status);
  outcome.detail = kind == Outcome::Kind::kRetry ? advice(result.status) : std::string_view();
  const std::string_view words = std::string_view(result.answer).substr(0, kDetailBytes);
  if (!words.empty()) {
    outcome.detail += outcome.detail.empty() ? "" : "; it says: ";
    outcome.detail += words;
  }
  return outcome;
}

}  // namespace supercargo
