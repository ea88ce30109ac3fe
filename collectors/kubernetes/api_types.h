// What is asked of the API server, and how a request ended: values and pure functions on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/clock.h"

namespace supercargo {

struct ApiRequest {
  std::string target{};  // path and query
  Milliseconds timeout{0};
  bool may_be_silent = false;  // a watch
};

inline constexpr std::size_t kMaxRefusalBytes = 4'096;

struct ApiAnswer {
  enum class Failure : std::uint8_t {
    kNone,        // the answer has ended as the server wanted it to
    kConnection,  // none, or it was cut
    kToken,       // nothing was sent for want of a token
  };
  Failure failure = Failure::kNone;
  int status = 0;         // 0: none
  std::string error{};    // for people, with a failure
  std::string refusal{};  // the body of a status other than 200, cut
  Milliseconds retry_after{0};
};

// Requires: no 200 that ended well. A metric's label, and a text for people.
[[nodiscard]] std::string_view failure_reason(const ApiAnswer& answer);
[[nodiscard]] std::string failure_text(const ApiAnswer& answer);

// For a value in a URL's query.
[[nodiscard]] std::string url_escaped(std::string_view text);

}  // namespace supercargo
