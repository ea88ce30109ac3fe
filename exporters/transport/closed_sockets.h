// What peers had not yet taken of the connections that libcurl has closed: the reason to believe,
// or not, that a request without an answer may be sent again.
//
// Owned by HttpClient, on its output's thread. libcurl calls close() in place of ::close().
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace supercargo {

class ClosedSockets {
 public:
  // CURLOPT_CLOSESOCKETFUNCTION; `self` is a ClosedSockets, which outlives all connections.
  static int close(void* self, int fd);

  // True where the end of what was written into the connection from this local port was never
  // acknowledged by the peer's kernel, so that nobody can have read it. False when that connection
  // is not among the last that were closed.
  [[nodiscard]] bool lacked_the_end(std::uint16_t local_port) const;

 private:
  static constexpr std::size_t kRemembered = 16;

  struct Closed {
    std::uint16_t local_port = 0;
    int unacknowledged = 0;  // bytes
  };

  std::deque<Closed> closed_;  // newest first: a port may have been used again
};

}  // namespace supercargo
