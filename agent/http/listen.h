// From `http.listen` to a listening socket.
//
// Free functions without state; used once at start on the main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

struct ListenAddress {
  std::string host;  // a numeric address, without brackets
  std::uint16_t port = 0;
  bool v6 = false;

  // `[::]` takes IPv4 too.
  [[nodiscard]] bool any_v6() const { return v6 && host == "::"; }
};

// `[::]:9655`, `127.0.0.1:0`, `:9655` (the same as `[::]:9655`). Names are no addresses: what they
// stand for changes.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

struct Listener {
  UniqueFd fd;  // not blocking
  std::uint16_t port = 0;
  bool v6 = false;  // what it became: `[::]` is IPv4 on a machine without IPv6
};

// As socket(2); a parameter so that a test can have a machine without IPv6.
using SocketFunction = int (*)(int domain, int type, int protocol);

// The error names the address and the cause: `listen on [::]:9655: Address already in use`.
[[nodiscard]] Result<Listener> open_listener(const ListenAddress& address,
                                             SocketFunction make_socket = nullptr);

}  // namespace supercargo
