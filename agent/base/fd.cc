#include "agent/base/fd.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace supercargo {

void UniqueFd::reset(int fd) noexcept {
  if (fd_ >= 0) {
    ::close(fd_);
  }
  fd_ = fd;
}

Result<UniqueFd> open_at(int directory, const char* path, int flags) {
  const int fd = ::openat(directory, path, flags | O_CLOEXEC, 0644);
  if (fd < 0) {
    return errno_error(std::string("open ") += path, errno);
  }
  return UniqueFd(fd);
}

Status read_all(int fd, std::string& out, std::size_t max_bytes) {
  constexpr std::size_t kFirstRead = 4096;
  out.resize(out.capacity() < kFirstRead ? kFirstRead : out.capacity());
  std::size_t used = 0;
  for (;;) {
    const ssize_t count =
        ::pread(fd, out.data() + used, out.size() - used, static_cast<off_t>(used));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      out.clear();
      return errno_error("read", errno);
    }
    used += static_cast<std::size_t>(count);
    if (count == 0) {
      out.resize(used);
      return Ok{};
    }
    if (used > max_bytes) {
      out.clear();
      return Error{ErrorCode::kIo, "read: larger than " + std::to_string(max_bytes) + " bytes"};
    }
    if (used == out.size()) {
      out.resize(out.size() * 2);
    }
  }
}

Status read_file_at(int directory, const char* path, std::string& out) {
  Result<UniqueFd> fd = open_at(directory, path, O_RDONLY);
  if (!fd) {
    out.clear();
    return std::move(fd).error();
  }
  Status status = read_all(fd->get(), out);
  if (!status) {
    return std::move(status).error().with_context(path);
  }
  return Ok{};
}

Status read_file(const char* path, std::string& out) {
  return read_file_at(AT_FDCWD, path, out);
}

Status write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = ::write(fd, data.data(), data.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return errno_error("write", errno);
    }
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok{};
}

}  // namespace supercargo
