// Where the cgroup trees of this machine are: one (v2), or one a controller (v1 and hybrid).
//
// Opened by the collector, which owns it; collect thread.
#pragma once

#include <array>
#include <cstdint>

#include "agent/base/fd.h"
#include "agent/base/host_paths.h"
#include "agent/base/result.h"

namespace supercargo {

enum class CgroupVersion : std::uint8_t { kV1, kV2 };

// kUnified is the tree that a hybrid machine has beside the controllers: only pressure is there.
enum class Controller : std::uint8_t {
  kCpu,
  kCpuacct,
  kCpuset,
  kMemory,
  kBlkio,
  kPids,
  kHugetlb,
  kUnified
};
inline constexpr std::size_t kControllerCount = 8;

class Hierarchy {
 public:
  // kUnavailable where there are no cgroups.
  [[nodiscard]] static Result<Hierarchy> open(const HostPaths& paths);

  [[nodiscard]] CgroupVersion version() const { return version_; }

  // The directory of the controller's root cgroup, -1 when this machine has none.
  [[nodiscard]] int root(Controller controller) const {
    const UniqueFd& own = roots_[static_cast<std::size_t>(controller)];
    return version_ == CgroupVersion::kV2 ? roots_.front().get() : own.get();
  }

  // The tree whose directories tell which cgroups there are.
  [[nodiscard]] int walk_root() const { return root(walk_controller_); }

  [[nodiscard]] Controller walk_controller() const { return walk_controller_; }

 private:
  CgroupVersion version_ = CgroupVersion::kV2;
  Controller walk_controller_ = Controller::kMemory;
  std::array<UniqueFd, kControllerCount> roots_;
};

}  // namespace supercargo
