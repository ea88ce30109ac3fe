#include "exporters/gelf/datagram_socket.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

namespace supercargo {
namespace {

constexpr std::size_t kHeaders = 48;  // of UDP over IPv6

// Without this the kernel calls a datagram sent that its own queue had no room for (ENOBUFS), and
// keeps quiet about hosts that cannot be reached.
void ask_for_errors(int fd) {
  const int on = 1;
  (void)::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
  (void)::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
}

}  // namespace

Result<UniqueFd> open_datagram_socket(const SocketAddresses& addresses) {
  Error error{ErrorCode::kIo, "no address"};
  for (const SocketAddress& address : addresses) {
    UniqueFd socket(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (socket && ::connect(socket.get(), raw, address.length) == 0) {
      ask_for_errors(socket.get());
      return socket;
    }
    error = errno_error("connect", errno);
  }
  return error;
}

std::size_t smaller_datagram_bytes(int fd, std::size_t bytes) {
  int mtu = 0;
  socklen_t length = sizeof(mtu);
  const bool known = ::getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &length) == 0 ||
                     ::getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &length) == 0;
  const std::size_t path = known ? static_cast<std::size_t>(std::max(mtu, 0)) : 0;
  const std::size_t fits = path > kHeaders && path - kHeaders < bytes ? path - kHeaders : bytes / 2;
  return std::max(fits, kSmallestDatagram);
}

}  // namespace supercargo
