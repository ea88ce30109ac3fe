#include "collectors/logs/log_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace supercargo {
namespace {

std::int64_t nanoseconds(const struct timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

ssize_t pread_whole(int fd, char* to, std::size_t bytes, std::uint64_t offset) {
  ssize_t count = 0;
  do {
    count = ::pread(fd, to, bytes, static_cast<off_t>(offset));
  } while (count < 0 && errno == EINTR);
  return count;
}

std::uint64_t blocks_bytes(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

// Magic number and method, as far as it has any bytes.
bool is_gzip(int fd) {
  constexpr std::string_view kBegin = "\x1f\x8b\x08";
  std::array<char, kBegin.size()> first{};
  const ssize_t count = pread_whole(fd, first.data(), first.size(), 0);
  return kBegin.starts_with(
      std::string_view(first.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))));
}

// The last four bytes of a .gz: the size of what its last member holds, modulo 2^32 (RFC 1952).
// One that is shorter than any can be is what a crash left: it holds nothing. Of what is no gzip,
// or claims more than can be in it, the bytes on the disk are all that can be missed.
Result<std::uint64_t> inflated_size(int fd, const struct stat& status) {
  constexpr std::uint64_t kShortest = 18;     // header and trailer
  constexpr std::uint64_t kBestRatio = 1032;  // of deflate
  std::array<unsigned char, 4> last{};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!is_gzip(fd)) {
    return size;
  }
  if (size < kShortest) {
    return std::uint64_t{0};
  }
  if (pread_whole(fd, reinterpret_cast<char*>(last.data()), last.size(), size - last.size()) !=
      ssize_t{4}) {
    return errno_error("read the end of a .gz file", errno);
  }
  const std::uint64_t inflated = std::uint64_t{last[0]} | std::uint64_t{last[1]} << 8 |
                                 std::uint64_t{last[2]} << 16 | std::uint64_t{last[3]} << 24;
  return inflated <= size * kBestRatio ? inflated : size;
}

}  // namespace

LogFile::LogFile(std::shared_ptr<const UniqueFd> fd,
                 const struct stat& status,
                 std::int64_t birth_ns,
                 LogFormat format,
                 LogEncoding encoding,
                 std::uint64_t size,
                 std::shared_ptr<const ContainerInfo> container,
                 bool from_end,
                 FilePlace place)
    : fd_(std::move(fd), status, birth_ns, std::move(place)),
      serial_(next_serial()),
      device_(status.st_dev),
      inode_(status.st_ino),
      birth_ns_(birth_ns),
      format_(format),
      encoding_(encoding),
      container_(std::move(container)),
      from_end_(from_end),
      stands_since_ns_(birth_ns != 0 ? birth_ns : nanoseconds(status.st_ctim)),
      size_(size),
      modified_ns_(nanoseconds(status.st_mtim)),
      linked_(status.st_nlink > 0),
      disk_bytes_(blocks_bytes(status)) {}

std::shared_ptr<LogFile> LogFile::again(FilePlace place) const {
  struct stat status {};

  std::shared_ptr<const UniqueFd> fd = hold();
  if (!fd || ::fstat(fd->get(), &status) != 0) {
    return nullptr;
  }
  const std::uint64_t bytes = compressed() ? size() : static_cast<std::uint64_t>(status.st_size);
  auto file = std::make_shared<LogFile>(std::move(fd),
                                        status,
                                        birth_ns_,
                                        format_,
                                        encoding_,
                                        bytes,
                                        container_,
                                        from_end_,
                                        std::move(place));
  file->set_too_old(too_old());
  return file;
}

ssize_t LogFile::read_raw(char* to, std::size_t bytes, std::uint64_t offset) const noexcept {
  const std::shared_ptr<const UniqueFd> fd = hold();
  if (!fd) {
    errno = EAGAIN;
    return -1;
  }
  return pread_whole(fd->get(), to, bytes, offset);
}

bool LogFile::update_size() noexcept {
  const std::uint64_t before = size();
  return size_now() != before;
}

std::uint64_t LogFile::size_now() noexcept {
  struct stat status {};

  const std::shared_ptr<const UniqueFd> fd = hold();
  if (!fd || ::fstat(fd->get(), &status) != 0) {
    return size();
  }
  disk_bytes_.store(blocks_bytes(status), std::memory_order_relaxed);
  linked_.store(status.st_nlink > 0, std::memory_order_relaxed);
  if (compressed()) {
    return size();
  }
  modified_ns_.store(nanoseconds(status.st_mtim), std::memory_order_relaxed);
  const auto size_seen = static_cast<std::uint64_t>(status.st_size);
  size_.store(size_seen, std::memory_order_release);
  return size_seen;
}

std::string LogFile::current_path() const {
  const std::shared_ptr<const UniqueFd> fd = hold();
  const std::string link = "/proc/self/fd/" + std::to_string(fd ? fd->get() : -1);
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::uint64_t LogFile::disk_size() const noexcept {
  struct stat status {};

  const std::shared_ptr<const UniqueFd> fd = hold();
  return fd && ::fstat(fd->get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void LogFile::set_gone() noexcept {
  linked_.store(false, std::memory_order_relaxed);
  gone_.store(true, std::memory_order_release);
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
                                               bool from_end,
                                               LogEncoding encoding,
                                               FilePlace place) {
  struct stat status {};

  if (::fstat(fd.get(), &status) != 0) {
    return errno_error("fstat", errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "not a regular file"};
  }
  const Result<std::uint64_t> size = encoding == LogEncoding::kGzip
                                         ? inflated_size(fd.get(), status)
                                         : static_cast<std::uint64_t>(status.st_size);
  if (!size) {
    return size.error();
  }
  const std::int64_t birth_ns = birth_time(fd.get());
  return std::make_shared<LogFile>(std::make_shared<const UniqueFd>(std::move(fd)),
                                   status,
                                   birth_ns,
                                   format,
                                   encoding,
                                   *size,
                                   std::move(container),
                                   from_end,
                                   std::move(place));
}

}  // namespace supercargo
