#include "tests/support/graylog_http_input.h"

#include <algorithm>
#include <cstdlib>

#include "tests/support/graylog_sockets.h"

namespace supercargo::test {

GraylogHttpRead take_http_request(std::string& pending, GraylogHttpRequest& request) {
  const std::size_t head_end = pending.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    return GraylogHttpRead::kMore;
  }
  request.head = pending.substr(0, head_end + 2);
  const std::string length_text = header_value(request.head, "content-length");
  const auto length = static_cast<std::size_t>(std::strtoull(length_text.c_str(), nullptr, 10));
  const std::size_t whole = head_end + 4 + length;
  if (pending.size() < whole) {
    const bool asks = !header_value(request.head, "expect").empty();
    return asks ? GraylogHttpRead::kContinue : GraylogHttpRead::kMore;
  }
  request.body = pending.substr(head_end + 4, length);
  pending.erase(0, whole);
  return GraylogHttpRead::kWhole;
}

int graylog_http_status(const GraylogHttpRequest& request,
                        const GraylogHttpRules& rules,
                        std::string& reason) {
  const std::string_view head = request.head;
  if (request.body.size() > rules.max_body_bytes) {
    return 413;
  }
  if (!rules.authorization_name.empty() &&
      header_value(head, rules.authorization_name) != rules.authorization_value) {
    return 401;
  }
  if (!head.starts_with("POST ")) {
    reason = "HTTP request is not POST";
    return 405;
  }
  if (!head.starts_with("POST /gelf HTTP/1.1\r\n")) {
    return 404;
  }
  if (header_value(head, "content-length").empty()) {
    reason = "HTTP request without Content-Length";
    return 411;
  }
  return 202;
}

std::vector<std::string> take_bulk_lines(std::string& rest, std::string_view body) {
  rest += body;
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
    std::string line = rest.substr(begin, end - begin);
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (!line.empty()) {
      lines.push_back(std::move(line));
    }
    begin = end + 1;
  }
  rest.erase(0, begin);
  return lines;
}

}  // namespace supercargo::test
