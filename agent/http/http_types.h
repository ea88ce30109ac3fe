// What the HTTP server and its routes hand each other, free of any HTTP library.
//
// Values. A request lives for the call that gets it; a reply may be kept and called later.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace supercargo {

struct HttpRequest {
  std::string path{};   // "/metrics": what stands before a question mark, not decoded
  std::string query{};  // what follows it
  bool from_loopback = false;
  bool trusted = false;  // with a password or a client certificate, both checked
  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case

  // The headers of this name (lower case), several as one list (RFC 9110 5.3); empty when there is
  // none.
  [[nodiscard]] std::string header(std::string_view name) const {
    std::string all;
    for (const auto& [key, value] : headers) {
      if (key == name) {
        all.append(all.empty() ? "" : ", ").append(value);
      }
    }
    return all;
  }
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  bool gzip = false;  // the body is compressed
  std::shared_ptr<const std::string> body{};
};

// To be called exactly once, from any thread.
using HttpReply = std::function<void(HttpResponse)>;

[[nodiscard]] inline HttpResponse text_response(unsigned status, std::string text) {
  return {.status = status, .body = std::make_shared<const std::string>(std::move(text))};
}

}  // namespace supercargo
