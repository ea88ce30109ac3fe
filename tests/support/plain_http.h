// One HTTP request of a test over a connection of its own, without TLS.
//
// Blocking; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace supercargo::test {

struct PlainAnswer {
  int status = 0;  // 0: no connection, or closed without an answer
  std::string head;
  std::string body;
};

PlainAnswer plain_http(std::uint16_t port,
                       std::string_view method,
                       std::string_view target,
                       std::string_view body = {},
                       const std::vector<std::pair<std::string, std::string>>& headers = {});

}  // namespace supercargo::test
