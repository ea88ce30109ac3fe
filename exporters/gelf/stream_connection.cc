#include "exporters/gelf/stream_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "exporters/gelf/peer_hint.h"

namespace supercargo {
namespace {

constexpr std::size_t kWriteBytes = 256 << 10;

bool would_block(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

StreamConnection::StreamConnection(GelfEndpoint endpoint, TlsConfig tls, Milliseconds timeout)
    : endpoint_(std::move(endpoint)),
      tls_config_(std::move(tls)),
      timeout_(timeout),
      opener_(endpoint_.host, endpoint_.port, timeout) {}

void StreamConnection::open(SteadyTime now) {
  state_ = State::kConnecting;
  deadline_ = now + timeout_;
  opener_.start(deadline_);
}

Status StreamConnection::advance(SteadyTime now) {
  Status status = Ok{};
  if (state_ == State::kConnecting) {
    status = advance_connect(now);
  }
  if (status && state_ == State::kHandshake) {
    status = advance_handshake();
  } else if (status && state_ == State::kOpen) {
    status = read_peer();
    status = status ? flush_wire() : std::move(status);
  }
  const bool opening = state_ != State::kOpen && state_ != State::kClosed;
  if (status && opening && now >= deadline_) {
    status = failure(state_ == State::kHandshake ? "tls handshake" : "connect", ETIMEDOUT);
  }
  if (!status) {
    abort();
  }
  return status;
}

Status StreamConnection::advance_connect(SteadyTime now) {
  Result<UniqueFd> socket = opener_.advance(now);
  if (!socket) {
    return std::move(socket).error().with_context(endpoint_.text());
  }
  if (!*socket) {
    return Ok{};
  }
  socket_ = std::move(*socket);
  return start_session(now);
}

Status StreamConnection::start_session(SteadyTime now) {
  sent_ = 0;
  hint_ = {};
  wire_.clear();
  wire_sent_ = 0;
  if (endpoint_.transport != GelfEndpoint::Transport::kTls) {
    state_ = State::kOpen;
    return Ok{};
  }
  Result<TlsSession> session = TlsSession::create(tls_config_, endpoint_.host);
  if (!session) {
    return std::move(session).error();
  }
  session_ = std::move(*session);
  state_ = State::kHandshake;
  deadline_ = std::max(deadline_, now + timeout_ / 2);
  return Ok{};
}

Status StreamConnection::advance_handshake() {
  Status peer = read_peer();
  if (!peer) {
    return peer;
  }
  Result<bool> done = session_->handshake();
  session_->take_output(wire_);  // also after a failure: the alert that tells the peer why
  Status flushed = flush_wire();
  if (!done) {
    return std::move(done).error().with_context(endpoint_.text());
  }
  if (*done) {
    state_ = State::kOpen;
  }
  return flushed;
}

Status StreamConnection::read_peer() {
  std::array<char, 16 << 10> buffer;
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count == 0) {
      const bool handshake = state_ == State::kHandshake;
      std::string_view words = ": closed by the peer";
      words = handshake ? ": tls: handshake: closed by the peer: is it a TLS input?" : words;
      return Error{ErrorCode::kIo, endpoint_.text().append(words).append(hint_)};
    }
    if (count < 0) {
      return would_block(errno) ? Status(Ok{}) : Status(failure("read", errno));
    }
    const Status fed = feed_session({buffer.data(), static_cast<std::size_t>(count)});
    if (!fed) {
      return Error(fed.error()).with_context(endpoint_.text());
    }
  }
}

// A plain receiver that talks is not minded.
Status StreamConnection::feed_session(std::string_view wire) {
  if (!session_) {
    hint_ = hint_.empty() ? peer_hint(wire) : hint_;
    return Ok{};
  }
  Status fed = session_->feed(wire);
  if (!fed || state_ != State::kOpen) {
    return fed;
  }
  Status read = session_->discard_input();
  session_->take_output(wire_);  // an answer to a key update
  return read;
}

Status StreamConnection::flush_wire() {
  while (wire_sent_ < wire_.size()) {
    const ssize_t count =
        ::send(socket_.get(), wire_.data() + wire_sent_, wire_.size() - wire_sent_, MSG_NOSIGNAL);
    if (count < 0) {
      return would_block(errno) ? Status(Ok{}) : Status(failure("write", errno));
    }
    wire_sent_ += static_cast<std::size_t>(count);
    sent_ += static_cast<std::size_t>(count);
  }
  wire_.clear();
  wire_sent_ = 0;
  return Ok{};
}

Result<std::size_t> StreamConnection::write(std::string_view data) {
  data = data.substr(0, kWriteBytes);
  if (!session_) {
    const ssize_t count = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0 && !would_block(errno)) {
      return failure("write", errno);
    }
    sent_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    return static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }
  Status flushed = flush_wire();
  if (!flushed) {
    return std::move(flushed).error();
  }
  if (!wire_.empty() || data.empty()) {
    return std::size_t{0};
  }
  Status encrypted = session_->encrypt(data);
  if (!encrypted) {
    return std::move(encrypted).error();
  }
  session_->take_output(wire_);
  flushed = flush_wire();
  if (!flushed) {
    return std::move(flushed).error();
  }
  return data.size();
}

bool StreamConnection::finish(std::string_view data, Milliseconds longest) {
  const SteadyTime end = steady_now() + longest;
  for (;;) {
    const Result<std::size_t> count = write(data);
    if (!count) {
      return false;
    }
    data.remove_prefix(*count);
    const auto left = std::chrono::ceil<Milliseconds>(end - steady_now());
    if ((data.empty() && wire_.empty()) || left.count() <= 0) {
      return data.empty() && wire_.empty();
    }
    pollfd entry{socket_.get(), POLLOUT, 0};
    (void)::poll(&entry, 1, static_cast<int>(left.count()));
  }
}

std::uint64_t StreamConnection::acknowledged() const {
  int unacknowledged = 0;
  if (!socket_ || ::ioctl(socket_.get(), SIOCOUTQ, &unacknowledged) != 0) {
    return 0;
  }
  const auto missing = static_cast<std::uint64_t>(std::max(unacknowledged, 0));
  return missing < sent_ ? sent_ - missing : 0;
}

pollfd StreamConnection::poll_entry(bool want_write) const {
  switch (state_) {
    case State::kClosed:
      return {-1, 0, 0};
    case State::kConnecting:
      return opener_.poll_entry();
    case State::kHandshake:
    case State::kOpen:
      break;
  }
  const bool write = !wire_.empty() || (want_write && state_ == State::kOpen);
  return {socket_.get(), static_cast<short>(write ? POLLIN | POLLOUT : POLLIN), 0};
}

std::optional<SteadyTime> StreamConnection::deadline() const {
  if (state_ == State::kClosed || state_ == State::kOpen) {
    return std::nullopt;
  }
  return state_ == State::kConnecting ? std::min(deadline_, opener_.deadline()) : deadline_;
}

void StreamConnection::abort() {
  if (socket_) {
    const linger now{1, 0};
    (void)::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  opener_.abort();
  socket_.reset();
  session_.reset();
  wire_.clear();
  wire_sent_ = 0;
  sent_ = 0;
  state_ = State::kClosed;
}

Error StreamConnection::failure(std::string_view what, int error_number) const {
  return errno_error(std::string(what).append(hint_), error_number).with_context(endpoint_.text());
}

}  // namespace supercargo
