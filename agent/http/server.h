// A small HTTP/1.1 server: GET and HEAD, keep-alive, no request bodies; TLS and passwords where
// WebAccess asks for them.
//
// agent/app owns one; it lives on the main thread's io_context and must be destroyed before it.
// Everything is bounded: connections, header bytes, and the time for each step. When all
// connections are taken, a new one replaces the one that has waited longest without a whole
// request, or whose client is slow to read, or one of a client that has more than its share; while
// all are being answered it waits for one of them. So idle or slow clients never shut others out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "agent/http/http_types.h"

namespace boost::asio {
class io_context;
}

namespace supercargo {

struct ServerLimits {
  std::size_t max_connections = 64;
  std::uint32_t max_header_bytes = 16 << 10;
  Milliseconds header_timeout{10'000};  // from the first byte of a request to the end of its header
  Milliseconds idle_timeout{300'000};   // between requests: Prometheus keeps its connection
  Milliseconds write_timeout{30'000};   // for a whole response
  Milliseconds slow_after{2'000};       // a response under way for longer gives way to newcomers
  Milliseconds idle_before_yield{200};  // a connection without a request for longer, too
};

class WebAccess;

class Server {
 public:
  class State;

  // Called on the thread that runs the io_context.
  using Handler = std::function<void(const HttpRequest&, HttpReply)>;

  // `listen` as in parse_listen_address; without `access` everybody gets plain HTTP. Answers begin
  // when the io_context runs.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(
      boost::asio::io_context& io,
      std::string_view listen,
      Handler handler,
      ServerLimits limits = {},
      std::shared_ptr<WebAccess> access = nullptr);
  // Closes all connections. Replies that come later are ignored, but the io_context must live.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port that it listens on: the kernel's choice when the address said 0.
  [[nodiscard]] std::uint16_t port() const;

 private:
  explicit Server(std::shared_ptr<State> state);
  const std::shared_ptr<State> state_;
};

}  // namespace supercargo
