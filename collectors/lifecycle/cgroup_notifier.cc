#include "collectors/lifecycle/cgroup_notifier.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "collectors/cgroup/cgroup_files.h"

namespace supercargo {
namespace {

constexpr std::uint32_t kChildren =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;

}  // namespace

CgroupNotifier::CgroupNotifier(int root)
    : root_(root), fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) {
    log_warn(
        "No inotify: containers are found by looking each second. Raise sysctl "
        "fs.inotify.max_user_instances.");
  }
}

void CgroupNotifier::watch_children(const std::string& cgroup) {
  watch(cgroup, {}, kChildren);
}

void CgroupNotifier::watch_file(const std::string& cgroup, std::string_view file) {
  watch(cgroup, file, IN_MODIFY);
}

void CgroupNotifier::watch_file_once(const std::string& cgroup, std::string_view file) {
  watch(cgroup, file, IN_MODIFY | IN_ONESHOT);
}

void CgroupNotifier::watch(const std::string& cgroup, std::string_view file, std::uint32_t mask) {
  if (!active()) {
    return;
  }
  std::string path = "/proc/self/fd/" + std::to_string(root_) + "/";
  append_relative_path(cgroup, path);
  if (!file.empty()) {
    path.append("/").append(file);
  }
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), mask);
  if (watch >= 0) {
    watched_[watch] = {cgroup, !file.empty()};
  } else if (errno == ENOSPC && !std::exchange(told_, true)) {
    log_warn(
        "Not every cgroup can be watched: what happens in the others is found by looking. "
        "Raise sysctl fs.inotify.max_user_watches.");
  }
}

bool CgroupNotifier::drain(const Handle& handle) {
  bool whole = true;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = active() ? ::read(fd_.get(), buffer.data(), buffer.size()) : 0;
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return whole;
    }
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(count);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* const name = buffer.data() + at + sizeof(event);
      at += sizeof(event) + event.len;
      whole = whole && (event.mask & IN_Q_OVERFLOW) == 0;
      handle_event(event.wd, event.mask, {name, ::strnlen(name, event.len)}, handle);
    }
  }
}

void CgroupNotifier::handle_event(int watch,
                                  std::uint32_t mask,
                                  std::string_view name,
                                  const Handle& handle) {
  const auto known = watched_.find(watch);
  if (known == watched_.end()) {
    return;
  }
  if ((mask & IN_IGNORED) != 0) {
    watched_.erase(known);  // it is gone
    return;
  }
  const Watched& watched = known->second;
  if (watched.is_file) {
    handle(What::kCounted, watched.cgroup);
    return;
  }
  if ((mask & IN_ISDIR) == 0) {
    return;
  }
  const std::string child = (watched.cgroup == "/" ? "" : watched.cgroup) + "/" + std::string(name);
  handle((mask & (IN_CREATE | IN_MOVED_TO)) != 0 ? What::kMade : What::kRemoved, child);
}

}  // namespace supercargo
