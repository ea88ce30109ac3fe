#include "collectors/kubernetes/api_types.h"

#include "collectors/kubernetes/watch_event.h"

namespace supercargo {

std::string url_escaped(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0xFU]);
    }
  }
  return out;
}

std::string_view failure_reason(const ApiAnswer& answer) {
  switch (answer.failure) {
    case ApiAnswer::Failure::kConnection:
      return answer.status == 200 ? "cut" : "connection";
    case ApiAnswer::Failure::kToken:
      return "token";
    case ApiAnswer::Failure::kNone:
      break;
  }
  return answer.status == 401 ? "unauthorized" : "status";
}

std::string failure_text(const ApiAnswer& answer) {
  if (!answer.error.empty()) {
    return answer.error;
  }
  return "status " + std::to_string(answer.status) + ": " + parse_refusal(answer.refusal).message;
}

}  // namespace supercargo
