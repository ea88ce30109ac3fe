// What goes into an HttpClient and what comes out of it: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/config/agent_config.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

struct HttpClientOptions {
  AuthConfig auth;
  TlsConfig tls;
  Milliseconds connect_timeout{5'000};
  Milliseconds request_timeout{10'000};  // from start() to the end of the answer
  Milliseconds secret_refresh{3'000};    // age at which a secret's file is read again
  std::uint32_t max_connections = 4;     // kept open when idle
};

struct HttpPost {
  std::uint64_t id = 0;  // comes back with the result
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  ByteBuffer body;
};

inline constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 10;

struct HttpResult {
  enum class Failure : std::uint8_t { kNone, kTimeout, kConnection, kResolve, kTls, kSecret, kUrl };
  std::uint64_t id = 0;
  Failure failure = Failure::kNone;  // kNone: there is an answer
  int status = 0;                    // 0 without an answer
  std::string answer;                // at most kMaxAnswerBytes, the rest is not kept
  bool answer_cut = false;           // the connection broke off within it
  std::string error;                 // for people, when there is no answer
  Milliseconds retry_after{0};       // from Retry-After in seconds or as a date, at most 10 minutes
  ByteBuffer body;                   // the request's own, where it was not taken
};

// Answered by 2xx, and not with a page for people: who answers each request with one, for a login
// or of a user interface, has not taken anything.
[[nodiscard]] bool is_taken(const HttpResult& result);

// A metric label: "timeout", "connection", "resolve", "tls", "secret", "url"; "none".
[[nodiscard]] std::string_view failure_name(HttpResult::Failure failure);

// Text that may stand as the value of a header or in a URL: no control characters.
[[nodiscard]] bool is_header_text(std::string_view text);

}  // namespace supercargo
