// Sockets of the Graylog stand-in, and the little HTTP it speaks. Pure helpers, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/fd.h"

namespace supercargo::test {

// A non-blocking socket on 127.0.0.1; port 0: any free one. Throws when it cannot be had.
[[nodiscard]] UniqueFd bound_socket(int type, std::uint16_t wanted, std::uint16_t& port);

// The close that follows will be a reset: what is on its way in either direction is gone.
void close_with_reset(int fd);

// The value of a header, in the request head as it came; names are matched without case.
[[nodiscard]] std::string header_value(std::string_view head, std::string name);

// An answer without a body; `header` ends with a line end or is empty.
[[nodiscard]] std::string http_reply(int status, std::string_view header);

}  // namespace supercargo::test
