// An HTTP proxy for tests: tunnels for CONNECT, forwards requests with absolute addresses.
//
// The test owns it; it listens on a port of the kernel's choice until it is destroyed. Each
// connection has a thread and one peer: a client that keeps a connection keeps to one receiver.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/fd.h"

namespace supercargo::test {

class ProxyStandIn {
 public:
  ProxyStandIn();
  ProxyStandIn(const ProxyStandIn&) = delete;
  ProxyStandIn& operator=(const ProxyStandIn&) = delete;
  ~ProxyStandIn();

  // "http://127.0.0.1:PORT", as http_proxy wants it.
  [[nodiscard]] std::string url() const;

  // First lines of what came, in order: "CONNECT loki.test:443 HTTP/1.1".
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  struct Served {
    UniqueFd client;
    std::thread thread;
  };

  void accept_all();
  void serve(int client);

  UniqueFd listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::vector<std::string> requests_;
  std::list<Served> served_;
  std::thread accepter_;
};

}  // namespace supercargo::test
