#include "exporters/stdout/patient_writer.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace supercargo {
namespace {

// A whole number of these fits into a pipe that poll() calls writable.
constexpr std::size_t kSmallWrite = PIPE_BUF;

}  // namespace

PatientWriter::PatientWriter(int fd) : shared_(fd) {
  struct stat status {};

  if (::fstat(fd, &status) != 0) {
    return;
  }
  if (S_ISREG(status.st_mode)) {
    kind_ = Kind::kFile;
  } else if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::kSocket;
  } else {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    Result<UniqueFd> opened = open_at(AT_FDCWD, path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY);
    if (opened) {
      own_ = std::move(*opened);
      kind_ = Kind::kReopened;
    }
  }
}

Result<std::size_t> PatientWriter::write_some(std::string_view text) const {
  ssize_t count = 0;
  if (kind_ == Kind::kSocket) {
    count = ::send(shared_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } else {
    const std::size_t most = kind_ == Kind::kShared ? kSmallWrite : text.size();
    count = ::write(fd(), text.data(), std::min(text.size(), most));
  }
  if (count >= 0) {
    return static_cast<std::size_t>(count);
  }
  if (errno == EINTR || errno == EAGAIN) {
    return std::size_t{0};
  }
  return errno_error("write to stdout", errno);
}

}  // namespace supercargo
