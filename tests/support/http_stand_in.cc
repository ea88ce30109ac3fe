#include "tests/support/http_stand_in.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "agent/base/text.h"

namespace supercargo::test {
namespace {

constexpr std::size_t kMaxHead = std::size_t{64} << 10;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return out;
}

int hex_digit(char c) {
  const auto at = std::string_view("0123456789abcdef").find(lower({&c, 1}));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string url_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string render(const StandInResponse& response) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Stand-in\r\n";
  for (const auto& [name, value] : response.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (response.status != 204) {
    text.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  const std::size_t sent = response.cut_bytes.value_or(response.body.size());
  return text.append("\r\n").append(response.body, 0, sent);
}

std::string find(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? std::string() : found->second;
}

}  // namespace

StandInRequest parse_stand_in_head(std::string_view head) {
  StandInRequest request;
  std::string_view first = take_until(head, '\n');
  request.method = take_until(first, ' ');
  std::string_view target = take_until(first, ' ');
  request.path = take_until(target, '?');
  while (!target.empty()) {
    std::string_view pair = take_until(target, '&');
    const std::string name = url_decode(take_until(pair, '='));
    request.query[name] = url_decode(pair);
  }
  while (!head.empty()) {
    std::string_view line = take_until(head, '\n');
    const std::string name = lower(trim(take_until(line, ':')));
    request.headers[name] = trim(line);
  }
  return request;
}

std::string StandInRequest::header(const std::string& name) const {
  return find(headers, name);
}

std::string StandInRequest::parameter(const std::string& name) const {
  return find(query, name);
}

StandInResponse text_answer(int status, std::string text) {
  StandInResponse response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

HttpStandIn::HttpStandIn(HttpStandInOptions options, StandInHandler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      listener_(options_.address, options_.port, options_.tls),
      accepter_([this] { accept_all(); }) {}

HttpStandIn::~HttpStandIn() {
  stop();
}

std::string HttpStandIn::url() const {
  const std::string scheme = options_.tls.certificate_file.empty() ? "http://" : "https://";
  return scheme + options_.address + ":" + std::to_string(port());
}

void HttpStandIn::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Served& served : served_) {
      served.connection->shut_down();
    }
  }
  stopped_.notify_all();
  listener_.shut_down();
  if (accepter_.joinable()) {
    accepter_.join();
  }
  for (Served& served : served_) {
    served.thread.join();
  }
  served_.clear();
}

// Ended connections stay in the list until stop(): tests open few.
void HttpStandIn::accept_all() {
  while (std::unique_ptr<StandInConnection> connection = listener_.accept()) {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      return;
    }
    ++connections_;
    Served& served = served_.emplace_back();
    served.connection = std::move(connection);
    served.thread = std::thread([this, &served] { serve(*served.connection); });
  }
}

void HttpStandIn::serve(StandInConnection& connection) {
  std::string input;
  while (serve_one(connection, input)) {
  }
  connection.shut_down();
}

bool HttpStandIn::read_body(StandInConnection& connection,
                            std::string& input,
                            StandInRequest& request) {
  const std::size_t had = std::min(input.size(), request.body_bytes);
  std::size_t left = request.body_bytes - had;
  if (options_.discard_bodies) {
    input.erase(0, had);
    while (left > 0) {
      const std::size_t count = connection.discard(left);
      if (count == 0) {
        return false;
      }
      left -= count;
    }
    return true;
  }
  request.body.assign(input, 0, had);
  input.erase(0, had);
  request.body.resize(request.body_bytes);
  while (left > 0) {
    const std::size_t count =
        connection.read(request.body.data() + request.body_bytes - left, left);
    if (count == 0) {
      return false;
    }
    left -= count;
  }
  return true;
}

bool HttpStandIn::answer(StandInConnection& connection, const StandInResponse& response) {
  if (response.delay.count() > 0) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, response.delay, [this] { return stopping_; });
  }
  return !response.close && connection.write(render(response)) && !response.cut_bytes;
}

bool HttpStandIn::serve_one(StandInConnection& connection, std::string& input) {
  std::size_t end = input.find("\r\n\r\n");
  while (end == std::string::npos && input.size() < kMaxHead) {
    std::array<char, 4096> piece{};
    const std::size_t count = connection.read(piece.data(), piece.size());
    if (count == 0) {
      return false;
    }
    input.append(piece.data(), count);
    end = input.find("\r\n\r\n");
  }
  if (end == std::string::npos) {
    return false;
  }
  StandInRequest request = parse_stand_in_head(std::string_view(input).substr(0, end));
  input.erase(0, end + 4);
  request.body_bytes = parse_number<std::size_t>(request.header("content-length")).value_or(0);
  if (options_.early_refusal) {
    if (const int status = options_.early_refusal(request.body_bytes); status != 0) {
      answer(connection, {status, "refused early", {{"Connection", "close"}}, {}, false});
      return false;
    }
  }
  if (const auto cut = options_.cut_body ? options_.cut_body(request) : std::nullopt) {
    request.body_bytes = std::min(request.body_bytes, *cut);
    (void)read_body(connection, input, request);
    connection.reset();
    return false;
  }
  return read_body(connection, input, request) && answer(connection, handler_(request));
}

}  // namespace supercargo::test
