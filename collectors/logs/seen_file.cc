#include "collectors/logs/seen_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace supercargo {
namespace {

std::int64_t nanoseconds(const struct statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

Result<SeenFile> look(int directory, const char* name, int flags) {
  struct statx status {};

  if (::statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) {
    return errno_error("stat", errno);
  }
  SeenFile seen;
  seen.device = makedev(status.stx_dev_major, status.stx_dev_minor);
  seen.inode = status.stx_ino;
  seen.birth_ns = (status.stx_mask & STATX_BTIME) != 0 ? nanoseconds(status.stx_btime) : 0;
  seen.size = status.stx_size;
  seen.mtime_ns = nanoseconds(status.stx_mtime);
  seen.regular = S_ISREG(status.stx_mode);
  seen.link = S_ISLNK(status.stx_mode);
  return seen;
}

}  // namespace

Result<SeenFile> SeenFile::at(int directory, const char* name) {
  return look(directory, name, AT_SYMLINK_NOFOLLOW);
}

Result<SeenFile> SeenFile::of(int fd) {
  return look(fd, "", AT_EMPTY_PATH);
}

}  // namespace supercargo
