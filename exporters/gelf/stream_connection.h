// One TCP or TLS connection to a receiver that never answers, without ever blocking: look up,
// connect, handshake, write, and know how much of it the peer's kernel has.
//
// A sender owns one for its life and opens it again after each failure; the output's thread calls
// it. Every step has a deadline. Positions count the bytes of the socket's stream (with TLS the
// wire bytes, handshake included) from the connection's start.
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
#include "agent/config/agent_config.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/socket_opener.h"
#include "exporters/gelf/tls_session.h"

namespace supercargo {

class StreamConnection {
 public:
  enum class State : std::uint8_t { kClosed, kConnecting, kHandshake, kOpen };

  // `timeout`: for lookup, connect and handshake together.
  StreamConnection(GelfEndpoint endpoint, TlsConfig tls, Milliseconds timeout);

  [[nodiscard]] State state() const { return state_; }

  // Requires: closed.
  void open(SteadyTime now);

  // Goes on with what open() began and, once open, reads what the peer says. An error: the
  // connection failed or the peer closed it; it is closed.
  [[nodiscard]] Status advance(SteadyTime now);

  // Takes as much of `data` as the kernel has room for, and gives how much that was. Requires:
  // open.
  [[nodiscard]] Result<std::size_t> write(std::string_view data);

  // Behind the last byte that write() took. It may not be with the kernel yet, but no other byte
  // comes before it.
  [[nodiscard]] std::uint64_t position() const { return sent_ + (wire_.size() - wire_sent_); }

  // Every byte before this position is with the peer's kernel.
  [[nodiscard]] std::uint64_t acknowledged() const;

  // What to poll for; `want_write`: the caller has data to write.
  [[nodiscard]] pollfd poll_entry(bool want_write) const;

  // When advance() must be called even if poll says nothing.
  [[nodiscard]] std::optional<SteadyTime> deadline() const;

  // Writes all of `data`, and what is left from before, but waits no longer than `longest`. False:
  // not all is with the kernel. Requires: open. The only call that waits.
  [[nodiscard]] bool finish(std::string_view data, Milliseconds longest);

  // Closes with a reset, so that bytes nobody will believe in any more are not sent either.
  void abort();

 private:
  [[nodiscard]] Status advance_connect(SteadyTime now);
  [[nodiscard]] Status start_session(SteadyTime now);
  [[nodiscard]] Status advance_handshake();
  [[nodiscard]] Status read_peer();
  [[nodiscard]] Status feed_session(std::string_view wire);
  [[nodiscard]] Status flush_wire();
  [[nodiscard]] Error failure(std::string_view what, int error_number) const;

  const GelfEndpoint endpoint_;
  const TlsConfig tls_config_;
  const Milliseconds timeout_;
  SocketOpener opener_;
  State state_ = State::kClosed;
  SteadyTime deadline_{};  // of lookup, connect and handshake
  UniqueFd socket_;
  std::optional<TlsSession> session_;
  std::string wire_;           // TLS only: encrypted and not wholly with the kernel
  std::size_t wire_sent_ = 0;  // of wire_
  std::uint64_t sent_ = 0;     // handed to the kernel
  std::string_view hint_;      // what to mend, by what the peer said
};

}  // namespace supercargo
