#include "collectors/logs/parkable_fd.h"

#include <utility>

#include <fcntl.h>

namespace supercargo {

std::int64_t birth_time(int fd) {
  struct statx status {};

  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 ||
      (status.stx_mask & STATX_BTIME) == 0) {
    return 0;
  }
  return status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec;
}

ParkableFd::ParkableFd(std::shared_ptr<const UniqueFd> fd,
                       const struct stat& status,
                       std::int64_t birth_ns,
                       FilePlace place)
    : device_(status.st_dev),
      inode_(status.st_ino),
      birth_ns_(birth_ns),
      fd_(std::move(fd)),
      place_(std::move(place)) {}

std::shared_ptr<const UniqueFd> ParkableFd::get() const noexcept {
  const std::lock_guard lock(mutex_);
  if (fd_) {
    return fd_;
  }
  std::shared_ptr<const UniqueFd> fd = lent_.lock();
  if (!fd) {
    fd = reopen();
    lent_ = fd;
    missing_.store(!fd, std::memory_order_relaxed);
  }
  return fd;
}

// Another file may have the name by now, also with the same inode.
std::shared_ptr<const UniqueFd> ParkableFd::reopen() const {
  Result<UniqueFd> fd = place_.host->open_in_root(place_.directory + "/" + place_.name,
                                                  O_RDONLY | O_NONBLOCK | O_NOCTTY);

  struct stat status {};

  if (!fd || ::fstat(fd->get(), &status) != 0 || status.st_dev != device_ ||
      status.st_ino != inode_ || birth_time(fd->get()) != birth_ns_) {
    return nullptr;
  }
  return std::make_shared<const UniqueFd>(std::move(*fd));
}

bool ParkableFd::park() noexcept {
  struct stat status {};

  const std::lock_guard lock(mutex_);
  if (!place_.host || !fd_ || ::fstat(fd_->get(), &status) != 0 || status.st_nlink == 0) {
    return false;
  }
  lent_ = fd_;
  fd_.reset();
  parked_.store(true, std::memory_order_relaxed);
  return true;
}

bool ParkableFd::unpark() noexcept {
  std::shared_ptr<const UniqueFd> fd = get();
  if (!fd) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  fd_ = std::move(fd);
  parked_.store(false, std::memory_order_relaxed);
  return true;
}

void ParkableFd::moved_to(const std::string& name) {
  const std::lock_guard lock(mutex_);
  place_.name = name;
}

}  // namespace supercargo
