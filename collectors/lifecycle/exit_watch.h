// Tells at once when a process has ended, some milliseconds before the runtime removes its cgroup:
// by a pidfd each, in one epoll. Needs no right but to see the process.
//
// Owned by ContainerWatch, on its thread. At most kMost processes, one for each cgroup; a kernel
// without pidfds (before 5.3) watches none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "agent/base/fd.h"

namespace supercargo {

class ExitWatch {
 public:
  static constexpr std::size_t kMost = 1'000;

  ExitWatch();

  // Readable when a process has ended; -1 when nothing can be watched.
  [[nodiscard]] int fd() const { return epoll_.get(); }

  // In the place of what was watched for the cgroup. False when there is no such process, or no
  // room.
  bool watch(const std::string& cgroup, std::uint32_t process);

  void forget(std::string_view cgroup);

  // Hands out the cgroups whose process has ended since the last call, and watches them no more.
  void drain(const std::function<void(const std::string& cgroup)>& handle);

 private:
  UniqueFd epoll_;
  std::map<std::string, UniqueFd, std::less<>> processes_;  // by cgroup
  std::map<int, std::string> cgroups_;                      // by pidfd
};

}  // namespace supercargo
