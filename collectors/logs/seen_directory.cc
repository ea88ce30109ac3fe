#include "collectors/logs/seen_directory.h"

namespace supercargo {
namespace {

// A directory's time stamp is as coarse as the kernel's tick: an entry made right after the look
// may not change it.
constexpr std::int64_t kCoarseNs = 50'000'000;

std::int64_t mtime_of(const struct stat& status) {
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

void SeenDirectory::remember(const struct stat& status, std::int64_t looked_ns) {
  device_ = status.st_dev;
  inode_ = status.st_ino;
  mtime_ns_ = mtime_of(status);
  looked_ns_ = looked_ns;
}

bool SeenDirectory::is(const struct stat& status) const {
  return status.st_ino == inode_ && status.st_dev == device_ && status.st_nlink > 0 &&
         mtime_of(status) == mtime_ns_ && looked_ns_ - mtime_ns_ >= kCoarseNs;
}

bool SeenDirectory::is_at(const HostPaths& host, const std::string& path) const {
  struct stat status {};

  const bool there = host.root == "/" ? ::stat(path.c_str(), &status) == 0
                                      : ::stat((host.root + path).c_str(), &status) == 0;
  return there && is(status);
}

}  // namespace supercargo
