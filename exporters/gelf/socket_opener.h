// From a host's name to a connected TCP socket, without ever blocking: look up, then try address by
// address.
//
// A StreamConnection owns one and uses it again for each connection; the output's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <poll.h>

#include "agent/base/clock.h"
#include "agent/base/fd.h"
#include "agent/base/result.h"
#include "exporters/gelf/host_lookup.h"

namespace supercargo {

class SocketOpener {
 public:
  // `timeout`: of what is sent later, for the kernel (TCP_USER_TIMEOUT).
  SocketOpener(std::string host, std::uint16_t port, Milliseconds timeout);

  // Begins anew; what it had begun before is given up.
  void start(SteadyTime deadline);

  // Goes on as far as it can now. The socket when it is connected, an empty one when it is not yet.
  // An error: no address could be connected to.
  [[nodiscard]] Result<UniqueFd> advance(SteadyTime now);

  void abort() { socket_.reset(); }

  [[nodiscard]] pollfd poll_entry() const;

  // When advance() must be called even if poll says nothing.
  [[nodiscard]] SteadyTime deadline() const { return socket_ ? attempt_deadline_ : deadline_; }

 private:
  [[nodiscard]] Result<UniqueFd> connect_next(SteadyTime now, std::string reason);
  void set_options() const;

  const Milliseconds timeout_;
  HostLookup lookup_;
  SteadyTime deadline_{};
  SteadyTime attempt_deadline_{};  // of the address being tried
  SocketAddresses addresses_;
  std::size_t next_address_ = 0;
  UniqueFd socket_;  // being connected
};

}  // namespace supercargo
