#include "exporters/transport/http_types.h"

#include <algorithm>

#include "agent/base/text.h"

namespace supercargo {

bool is_taken(const HttpResult& result) {
  return result.failure == HttpResult::Failure::kNone && result.status >= 200 &&
         result.status < 300 && !trim(result.answer).starts_with('<');
}

std::string_view failure_name(HttpResult::Failure failure) {
  using Failure = HttpResult::Failure;
  switch (failure) {
    case Failure::kNone:
      return "none";
    case Failure::kTimeout:
      return "timeout";
    case Failure::kConnection:
      return "connection";
    case Failure::kResolve:
      return "resolve";
    case Failure::kTls:
      return "tls";
    case Failure::kSecret:
      return "secret";
    case Failure::kUrl:
      break;
  }
  return "url";
}

bool is_header_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

}  // namespace supercargo
