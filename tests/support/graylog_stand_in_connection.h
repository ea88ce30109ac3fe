// A connection of a GraylogStandIn: used by its thread, in its two source files alone.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "tests/support/graylog_sockets.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo::test {

struct GraylogStandIn::Connection {
  Connection(UniqueFd fd, const ServerTls& tls, bool is_http)
      : socket(std::move(fd), tls), http(is_http) {}

  struct Answer {
    Time due;
    std::string text;
  };

  ServerSocket socket;
  bool http;
  bool continued = false;  // "100 Continue" was sent for the request at hand
  std::uint64_t bytes = 0;
  std::string pending;
  std::string line;  // bulk: what had no line's end so far
  std::deque<Answer> answers;
};

}  // namespace supercargo::test
