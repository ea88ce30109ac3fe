// A small HTTP/1.1 server for tests: what a receiver would answer is decided by a function.
//
// The test owns it; it listens on a port of the kernel's choice until it is destroyed. Each
// connection has a thread, and the handler is called by several of them at once: it must lock what
// it shares. Knows Content-Length bodies only, which is what our clients send.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/stand_in_socket.h"

namespace supercargo::test {

struct StandInRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // empty where bodies are discarded
  std::size_t body_bytes = 0;

  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] std::string parameter(const std::string& name) const;
};

// The request line and the headers, without the empty line behind them.
[[nodiscard]] StandInRequest parse_stand_in_head(std::string_view head);

struct StandInResponse {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds delay{0};  // before the answer
  bool close = false;                  // close the connection in place of an answer
  // The connection closes when so much of the body has been sent.
  std::optional<std::size_t> cut_bytes{};
};

[[nodiscard]] StandInResponse text_answer(int status, std::string text);

using StandInHandler = std::function<StandInResponse(const StandInRequest&)>;

struct HttpStandInOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  StandInTls tls;
  bool discard_bodies = false;
  // Asked before the body is read; an answer that is not 0 is sent at once, then the connection
  // closes.
  std::function<int(std::size_t content_length)> early_refusal;
  // Asked likewise; a number: the connection is reset when so many bytes of the body have come.
  std::function<std::optional<std::size_t>(const StandInRequest&)> cut_body;
};

class HttpStandIn {
 public:
  HttpStandIn(HttpStandInOptions options, StandInHandler handler);
  HttpStandIn(const HttpStandIn&) = delete;
  HttpStandIn& operator=(const HttpStandIn&) = delete;
  ~HttpStandIn();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  // "http://127.0.0.1:PORT" or "https://..."
  [[nodiscard]] std::string url() const;

  [[nodiscard]] std::uint64_t connections() const { return connections_; }

  // Closes all and joins; what the destructor does.
  void stop();

 private:
  struct Served {
    std::unique_ptr<StandInConnection> connection;
    std::thread thread;
  };

  void accept_all();
  void serve(StandInConnection& connection);
  bool serve_one(StandInConnection& connection, std::string& input);
  bool answer(StandInConnection& connection, const StandInResponse& response);
  bool read_body(StandInConnection& connection, std::string& input, StandInRequest& request);

  HttpStandInOptions options_;
  StandInHandler handler_;
  StandInListener listener_;
  std::atomic<std::uint64_t> connections_{0};
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::list<Served> served_;
  std::thread accepter_;
};

}  // namespace supercargo::test
