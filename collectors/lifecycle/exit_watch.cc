#include "collectors/lifecycle/exit_watch.h"

#include <array>
#include <utility>

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace supercargo {
namespace {

UniqueFd open_process(std::uint32_t process) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process), 0U)));
}

}  // namespace

ExitWatch::ExitWatch() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

bool ExitWatch::watch(const std::string& cgroup, std::uint32_t process) {
  forget(cgroup);
  if (!epoll_ || process == 0 || processes_.size() >= kMost) {
    return false;
  }
  UniqueFd opened = open_process(process);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = opened.get();
  if (!opened || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, opened.get(), &event) != 0) {
    return false;
  }
  cgroups_.emplace(opened.get(), cgroup);
  processes_.emplace(cgroup, std::move(opened));
  return true;
}

void ExitWatch::forget(std::string_view cgroup) {
  if (const auto found = processes_.find(cgroup); found != processes_.end()) {
    cgroups_.erase(found->second.get());
    processes_.erase(found);  // closing takes it out of the epoll
  }
}

void ExitWatch::drain(const std::function<void(const std::string& cgroup)>& handle) {
  std::array<epoll_event, 32> events{};
  for (;;) {
    const int count = epoll_ ? ::epoll_wait(epoll_.get(), events.data(), events.size(), 0) : 0;
    for (int i = 0; i < count; ++i) {
      const auto found = cgroups_.find(events[static_cast<std::size_t>(i)].data.fd);
      if (found != cgroups_.end()) {
        const std::string cgroup = found->second;
        forget(cgroup);
        handle(cgroup);
      }
    }
    if (count < static_cast<int>(events.size())) {
      return;
    }
  }
}

}  // namespace supercargo
