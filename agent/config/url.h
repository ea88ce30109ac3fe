// The parts of a receiver's URL. A value; parsing is pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

struct Url {
  std::string scheme;      // lower case
  std::string host;        // an IPv6 address without its brackets
  std::uint16_t port = 0;  // 0: none given
  std::string path;        // empty, or with its leading slash

  // "scheme://host:port/path", as parse_url reads it.
  [[nodiscard]] std::string text() const;
};

// Only what an output needs: no user names (the error says where credentials belong), query or
// fragment. An error never repeats the text, which may hold a password.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace supercargo
