// A TCP client that sends and reads bytes as the test says: HTTP by hand.
//
// Made by a test, one thread. Every read has a time limit, so that a server that never answers
// fails the test instead of hanging it.
#pragma once

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "agent/base/fd.h"

namespace supercargo::test {

class RawClient {
 public:
  // `from`: its own address, where it matters.
  explicit RawClient(std::uint16_t port, const char* host = "127.0.0.1", const char* from = nullptr)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (from != nullptr) {
      ::inet_pton(AF_INET, from, &address.sin_addr);
      ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &address.sin_addr);
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ =
        ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t size = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (size <= 0) {
        return;  // the server has closed: what it answered can still be read
      }
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  void send_no_more() { ::shutdown(fd_.get(), SHUT_WR); }

  // One response with its header, read by its Content-Length (a HEAD's has no body). Empty when the
  // connection ended before.
  std::string response(bool head = false) {
    while (input_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) {
        return {};
      }
    }
    const std::size_t header = input_.find("\r\n\r\n") + 4;
    std::size_t size = header;
    const std::size_t length = input_.find("Content-Length: ");
    if (!head && length < header) {
      size += static_cast<std::size_t>(std::strtoul(&input_[length + 16], nullptr, 10));
    }
    while (input_.size() < size) {
      if (!receive()) {
        return {};
      }
    }
    std::string result = input_.substr(0, size);
    input_.erase(0, size);
    return result;
  }

  // Everything until the server closes; "timeout" at the end when it does not.
  std::string until_closed() {
    while (receive()) {
    }
    return timed_out_ ? input_ + "timeout" : input_;
  }

 private:
  bool receive() {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    timed_out_ = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (size <= 0) {
      return false;
    }
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

  UniqueFd fd_;
  std::string input_;
  bool connected_ = false;
  bool timed_out_ = false;
};

}  // namespace supercargo::test
