#include "collectors/cgroup/hierarchy.h"

#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/directory.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY;

constexpr std::array<std::string_view, kControllerCount> kNames{
    "cpu", "cpuacct", "cpuset", "memory", "blkio", "pids", "hugetlb", "unified"};

// Of all trees of v1, the one with the most cgroups comes first: kubelet and the runtimes make a
// pod's directories in each of these.
constexpr std::array kWalkOrder{Controller::kMemory,
                                Controller::kCpuacct,
                                Controller::kCpu,
                                Controller::kPids,
                                Controller::kBlkio};

bool lists(std::string_view mount_name, std::string_view controller) {
  while (!mount_name.empty()) {
    if (take_until(mount_name, ',') == controller) {
      return true;
    }
  }
  return false;
}

// "memory", or a mount of several controllers: "cpu,cpuacct". Links beside it are not needed.
UniqueFd open_controller(int directory, std::string_view controller) {
  std::string found(controller);
  DirectoryReader reader;
  const Status read =
      reader.read(directory, [&](std::string_view name, DirectoryReader::Type type) {
        if (type != DirectoryReader::Type::kLink && lists(name, controller)) {
          found = name;
        }
      });
  Result<UniqueFd> root = open_at(directory, found.c_str(), kOpenDirectory);
  return read && root ? std::move(*root) : UniqueFd();
}

}  // namespace

Result<Hierarchy> Hierarchy::open(const HostPaths& paths) {
  Result<UniqueFd> top = open_at(AT_FDCWD, paths.cgroup.c_str(), kOpenDirectory);
  if (!top) {
    return Error{ErrorCode::kUnavailable, "no cgroups"};
  }
  Hierarchy hierarchy;
  if (::faccessat(top->get(), "cgroup.controllers", F_OK, 0) == 0) {
    hierarchy.roots_.front() = std::move(*top);
    return hierarchy;
  }
  hierarchy.version_ = CgroupVersion::kV1;
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    hierarchy.roots_[i] = open_controller(top->get(), kNames[i]);
  }
  for (const Controller controller : kWalkOrder) {
    if (hierarchy.root(controller) >= 0) {
      hierarchy.walk_controller_ = controller;
      return hierarchy;
    }
  }
  return Error{ErrorCode::kUnavailable, "no cgroup controllers"};
}

}  // namespace supercargo
