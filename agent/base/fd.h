// File descriptors as values, and the one read loop for kernel files.
//
// A UniqueFd closes what it owns; whoever holds it owns it. The free functions keep no state and
// may be called by any thread. Sizes of pseudo-files lie, so nothing here asks for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/result.h"

namespace supercargo {

class UniqueFd {
 public:
  UniqueFd() noexcept = default;

  explicit UniqueFd(int fd) noexcept : fd_(fd) {}

  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }

  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }

  explicit operator bool() const noexcept { return fd_ >= 0; }

  void reset(int fd = -1) noexcept;

  // Gives the descriptor away: the caller closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// openat(2) with O_CLOEXEC added. `directory` may be AT_FDCWD.
[[nodiscard]] Result<UniqueFd> open_at(int directory, const char* path, int flags);

// Replaces `out` by everything from the file's start to its end, by pread: `out` keeps its capacity
// between calls. Files above `max_bytes` are an error.
[[nodiscard]] Status read_all(int fd,
                              std::string& out,
                              std::size_t max_bytes = std::size_t{16} << 20);

// open_at, read_all and close. The path stands in the error. A pipe is one, and not waited for.
[[nodiscard]] Status read_file_at(int directory, const char* path, std::string& out);
[[nodiscard]] Status read_file(const char* path, std::string& out);

// Writes all of `data` (EINTR and short writes continued).
[[nodiscard]] Status write_all(int fd, std::string_view data);

}  // namespace supercargo
