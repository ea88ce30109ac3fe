// Graylog's GELF HTTP input as a server: which requests it takes, with which status, and how a body
// becomes messages.
//
// Pure functions over the bytes of one connection. After graylog2-server's AbstractHttpTransport,
// HttpHandler and LenientLineBasedFrameDecoder: authorization comes first, then method, then path;
// the size is that of the body (max_chunk_size); with bulk receiving a body's lines are messages,
// and what has no line's end waits for the connection's next body.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo::test {

struct GraylogHttpRules {
  std::size_t max_body_bytes = 64 << 10;
  bool bulk = false;
  std::string authorization_name;   // a header that must be there, with that value
  std::string authorization_value;  //
};

struct GraylogHttpRequest {
  std::string head;  // with the line end of its last line
  std::string body;
};

enum class GraylogHttpRead { kMore, kContinue, kWhole };

// Takes the next request from the front of `pending`. kContinue: its head asks for "100 Continue".
[[nodiscard]] GraylogHttpRead take_http_request(std::string& pending, GraylogHttpRequest& request);

// 202, or why not; `reason` says what is wrong about requests that no sender should make.
[[nodiscard]] int graylog_http_status(const GraylogHttpRequest& request,
                                      const GraylogHttpRules& rules,
                                      std::string& reason);

// The lines of a body of bulk, with `rest` from the connection's body before.
[[nodiscard]] std::vector<std::string> take_bulk_lines(std::string& rest, std::string_view body);

}  // namespace supercargo::test
