#include "agent/base/fd.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/file_end.h"

namespace supercargo {
namespace {

constexpr std::size_t kPage = 4096;  // the least that there is
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

Status read_whole(int fd, std::string& out, FileEnd end, std::size_t max_bytes) {
  out.resize(std::max(kPage, out.capacity()));
  std::size_t used = 0;
  for (;;) {
    const std::size_t room = out.size() - used;
    const ssize_t count = ::pread(fd, out.data() + used, room, static_cast<off_t>(used));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      out.clear();
      return errno_error("read", errno);
    }
    used += static_cast<std::size_t>(count);
    if (used > max_bytes) {
      out.clear();
      return Error{ErrorCode::kIo, "read: larger than " + std::to_string(max_bytes) + " bytes"};
    }
    if (is_end(end, static_cast<std::size_t>(count), room)) {
      out.resize(used);
      return Ok{};
    }
    if (used == out.size()) {
      out.resize(out.size() * 2);
    }
  }
}

}  // namespace

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

bool is_end(FileEnd end, std::size_t got, std::size_t room) {
  constexpr std::size_t kLongestLine = 512;
  switch (end) {
    case FileEnd::kLess:
      return got < room;
    case FileEnd::kLessThanPage:
      return got < room && got <= kPage - kLongestLine;
    case FileEnd::kNothing:
      break;
  }
  return got == 0;
}

Status read_all(int fd, std::string& out, std::size_t max_bytes) {
  return read_whole(fd, out, FileEnd::kNothing, max_bytes);
}

Status read_all(int fd, std::string& out, FileEnd end) {
  return read_whole(fd, out, end, kMostBytes);
}

Status read_file_at(int directory, const char* path, std::string& out, FileEnd end) {
  Result<UniqueFd> fd = open_at(directory, path, O_RDONLY | O_NONBLOCK);
  if (!fd) {
    out.clear();
    return std::move(fd).error();
  }
  Status status = read_all(fd->get(), out, end);
  if (!status) {
    return std::move(status).error().with_context(path);
  }
  return Ok{};
}

Status read_file(const char* path, std::string& out, FileEnd end) {
  return read_file_at(AT_FDCWD, path, out, end);
}

Status read_file_at(int directory, const char* path, std::string& out) {
  return read_file_at(directory, path, out, FileEnd::kNothing);
}

Status read_file(const char* path, std::string& out) {
  return read_file(path, out, FileEnd::kNothing);
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
