#include "exporters/gelf/socket_opener.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace supercargo {
namespace {

void set_option(int fd, int level, int name, int value) {
  // Each is an improvement, not a condition: a kernel that lacks one still sends.
  (void)::setsockopt(fd, level, name, &value, sizeof(value));
}

int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof(error);
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace

SocketOpener::SocketOpener(std::string host, std::uint16_t port, Milliseconds timeout)
    : timeout_(timeout), lookup_(std::move(host), port) {}

void SocketOpener::start(SteadyTime deadline) {
  deadline_ = deadline;
  socket_.reset();
  lookup_.start();
}

Result<UniqueFd> SocketOpener::advance(SteadyTime now) {
  if (!socket_) {
    std::optional<Result<SocketAddresses>> answer = lookup_.take();
    if (!answer) {
      return UniqueFd();
    }
    if (!*answer) {
      return std::move(*answer).error();
    }
    addresses_ = std::move(**answer);
    next_address_ = 0;
    Result<UniqueFd> begun = connect_next(now, "no address");
    if (!begun) {
      return begun;
    }
  }
  pollfd entry{socket_.get(), POLLOUT, 0};
  if (::poll(&entry, 1, 0) <= 0) {
    return now < attempt_deadline_ ? UniqueFd()
                                   : connect_next(now, errno_error("connect", ETIMEDOUT).message);
  }
  const int error = pending_error(socket_.get());
  if (error != 0) {
    return connect_next(now, errno_error("connect", error).message);
  }
  return std::move(socket_);
}

// Each address gets an equal share of the time that is left, so that a dead one does not take all.
Result<UniqueFd> SocketOpener::connect_next(SteadyTime now, std::string reason) {
  while (next_address_ < addresses_.size()) {
    const auto left = addresses_.size() - next_address_;
    attempt_deadline_ = now + (deadline_ - now) / static_cast<std::int64_t>(left);
    const SocketAddress& address = addresses_[next_address_++];
    socket_.reset(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket_) {
      set_options();
      const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
      if (::connect(socket_.get(), raw, address.length) == 0 || errno == EINPROGRESS) {
        return UniqueFd();
      }
    }
    reason = errno_error("connect", errno).message;
  }
  socket_.reset();
  return Error{ErrorCode::kIo, std::move(reason)};
}

// TCP_USER_TIMEOUT is the kernel's own view of what the sender checks from its side: without it a
// dead peer would be retried for a quarter of an hour.
void SocketOpener::set_options() const {
  const int fd = socket_.get();
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(timeout_.count()));
}

pollfd SocketOpener::poll_entry() const {
  return socket_ ? pollfd{socket_.get(), POLLOUT, 0} : pollfd{lookup_.fd(), POLLIN, 0};
}

}  // namespace supercargo
