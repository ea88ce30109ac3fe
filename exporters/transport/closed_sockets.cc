#include "exporters/transport/closed_sockets.h"

#include <algorithm>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace supercargo {
namespace {

// With TLS libcurl writes an alert of some 30 bytes before it closes, which nobody needs to take.
constexpr int kMaxAlertBytes = 64;

std::uint16_t local_port(int fd) {
  sockaddr_in6 name{};  // large enough for both families, which keep the port in the same place
  socklen_t size = sizeof name;
  const bool known = ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0;
  return known ? ntohs(name.sin6_port) : std::uint16_t{0};
}

}  // namespace

// A connection that was reset still tells how much of it was never acknowledged.
int ClosedSockets::close(void* self, int fd) {
  auto& closed = static_cast<ClosedSockets*>(self)->closed_;
  Closed socket{local_port(fd), 0};
  if (::ioctl(fd, SIOCOUTQ, &socket.unacknowledged) == 0) {
    closed.push_front(socket);
    closed.resize(std::min(closed.size(), kRemembered));
  }
  return ::close(fd);
}

bool ClosedSockets::lacked_the_end(std::uint16_t port) const {
  const auto found = std::find_if(closed_.begin(), closed_.end(), [port](const Closed& socket) {
    return socket.local_port == port;
  });
  return found != closed_.end() && found->unacknowledged > kMaxAlertBytes;
}

}  // namespace supercargo
