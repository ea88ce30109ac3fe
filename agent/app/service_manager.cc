#include "agent/app/service_manager.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>

#include "agent/base/fd.h"

namespace supercargo {

std::string notify_socket() {
  const char* socket = std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe)
  return socket == nullptr ? "" : socket;
}

Status tell_service_manager(const std::string& socket, std::string_view state) {
  if (socket.empty()) {
    return Ok{};
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path)) {
    return Error{ErrorCode::kIo, "notify " + socket + ": the path is too long for a socket"};
  }
  std::copy(socket.begin(), socket.end(), std::begin(address.sun_path));
  if (socket.front() == '@') {
    address.sun_path[0] = '\0';
  }
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) {
    return errno_error("make a socket", errno);
  }
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  const ssize_t sent = ::sendto(fd.get(),
                                state.data(),
                                state.size(),
                                MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address),
                                length);
  return sent < 0 ? Status(errno_error("notify " + socket, errno)) : Status(Ok{});
}

}  // namespace supercargo
