#include "collectors/logs/log_file.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

namespace supercargo {
namespace {

std::int64_t birth_time(int fd) {
  struct statx status {};

  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 ||
      (status.stx_mask & STATX_BTIME) == 0) {
    return 0;
  }
  return status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec;
}

}  // namespace

Result<std::uint64_t> hash_head(int fd, std::uint32_t bytes) {
  std::array<char, FileIdentity::kHeadBytes> head{};
  bytes = std::min(bytes, FileIdentity::kHeadBytes);
  std::uint32_t used = 0;
  while (used < bytes) {
    const ssize_t count = ::pread(fd, head.data() + used, bytes - used, used);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return Error{ErrorCode::kIo,
                   "read the head: " + std::to_string(used) + " bytes of " + std::to_string(bytes)};
    }
    used += static_cast<std::uint32_t>(count);
  }
  return std::uint64_t{XXH3_64bits(head.data(), used)};
}

LogFile::LogFile(UniqueFd fd,
                 const struct stat& status,
                 std::int64_t birth_ns,
                 LogFormat format,
                 std::shared_ptr<const ContainerInfo> container,
                 bool from_end)
    : fd_(std::move(fd)),
      device_(status.st_dev),
      inode_(status.st_ino),
      birth_ns_(birth_ns),
      format_(format),
      container_(std::move(container)),
      from_end_(from_end),
      size_(static_cast<std::uint64_t>(status.st_size)),
      linked_(status.st_nlink > 0) {}

bool LogFile::update_size() noexcept {
  struct stat status {};

  if (::fstat(fd_.get(), &status) != 0) {
    return false;
  }
  linked_.store(status.st_nlink > 0, std::memory_order_relaxed);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return size_.exchange(size, std::memory_order_acq_rel) != size;
}

void LogFile::mark_finished(std::uint64_t size) noexcept {
  std::uint64_t smallest = finished_size_.load(std::memory_order_relaxed);
  while (size < smallest &&
         !finished_size_.compare_exchange_weak(smallest, size, std::memory_order_acq_rel)) {
  }
  finished_.fetch_add(1, std::memory_order_acq_rel);
}

Result<std::shared_ptr<LogFile>> open_log_file(UniqueFd fd,
                                               LogFormat format,
                                               std::shared_ptr<const ContainerInfo> container,
                                               bool from_end) {
  struct stat status {};

  if (::fstat(fd.get(), &status) != 0) {
    return errno_error("fstat", errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "not a regular file"};
  }
  const std::int64_t birth_ns = birth_time(fd.get());
  return std::make_shared<LogFile>(
      std::move(fd), status, birth_ns, format, std::move(container), from_end);
}

}  // namespace supercargo
