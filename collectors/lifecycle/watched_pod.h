// One pod's cgroup as ContainerWatch follows it: its count of processes that the kernel killed,
// which counts those of its ended containers too (cgroup v2), and whom they belong to.
//
// Owned by ContainerWatch, on its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/kubernetes/pod_index.h"
#include "collectors/lifecycle/lifecycle_snapshot.h"
#include "collectors/lifecycle/watched_container.h"

namespace supercargo {

struct WatchedPod {
  // What was killed since the count was read last.
  std::uint64_t read_oom_kills(ReadContext& context);

  // The kernel counted more than is known of containers: killed in one that is gone.
  [[nodiscard]] std::uint64_t unattributed() const {
    return observed > attributed ? observed - attributed : 0;
  }

  std::string path;
  std::string uid;
  bool known_before = false;
  std::int64_t seen_ns = 0;
  std::int64_t gone_ns = 0;  // 0: it is there
  std::optional<PodName> name;
  SharedLabels labels;  // once they are settled

  std::uint64_t shown = 0;       // also what was killed before the watch began
  std::uint64_t observed = 0;    // since then
  std::uint64_t attributed = 0;  // of those, known whose they were, or that nobody can tell
  std::uint64_t summed = 0;      // of those, in the namespace's sum
  std::int64_t unattributed_since_ns = 0;  // 0: none is
  std::optional<std::uint64_t> count;      // of the cgroup, as read last
  CgroupFiles files;
  std::vector<std::shared_ptr<WatchedContainer>> ended_since_read;
};

}  // namespace supercargo
