#include "collectors/node/unix_socket.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>

namespace supercargo {

Result<UniqueFd> connect_to_unix_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Error{ErrorCode::kIo, "connect to " + path + ": the path is too long for a socket"};
  }
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) {
    return errno_error("make a socket", errno);
  }
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    // A file that nobody listens at is left over from one who did.
    return errno_error("connect to " + path, errno == ECONNREFUSED ? ENOENT : errno);
  }
  return fd;
}

}  // namespace supercargo
