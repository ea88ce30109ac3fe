#include "collectors/logs/directory_watcher.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

#include "agent/base/log.h"

namespace supercargo {

DirectoryWatcher::DirectoryWatcher() : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) {
    log_warn(
        "No inotify: log files are found by looking each second. Raise sysctl "
        "fs.inotify.max_user_instances.",
        {{"error", std::strerror(errno)}});  // NOLINT(concurrency-mt-unsafe): start-up
  }
}

Result<DirectoryWatcher::Watch> DirectoryWatcher::watch(int directory_fd, bool writes) {
  const std::string path = "/proc/self/fd/" + std::to_string(directory_fd);
  const std::uint32_t mask = IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF |
                             IN_ONLYDIR | (writes ? std::uint32_t{IN_MODIFY} : 0U);
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), mask);
  if (watch < 0) {
    Error error = errno_error("watch a log directory", errno);
    if (active() && !std::exchange(told_, true)) {
      log_warn(
          "Not every log directory can be watched: the others are looked at each second. "
          "Raise sysctl fs.inotify.max_user_watches.",
          {{"error", error.message}});
    }
    return error;
  }
  return watch;
}

void DirectoryWatcher::unwatch(Watch watch) {
  (void)::inotify_rm_watch(fd_.get(), watch);
}

bool DirectoryWatcher::drain(const std::function<void(Watch, Event)>& handle) {
  bool overflow = false;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return overflow;
    }
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(count);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      at += sizeof(event) + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        overflow = true;
      } else if ((event.mask & (IN_DELETE_SELF | IN_IGNORED)) != 0) {
        handle(event.wd, Event::kGone);
      } else {
        handle(event.wd, (event.mask & IN_MODIFY) != 0 ? Event::kWritten : Event::kEntries);
      }
    }
  }
}

}  // namespace supercargo
