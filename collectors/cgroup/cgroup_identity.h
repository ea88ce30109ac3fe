// Decides what a cgroup's labels are, from its path and from what /var/log tells of its pod.
//
// Collect thread. A new container, and a new pod, is given some seconds to appear in /var/log
// before it gets series: until then nobody can tell a container from its sandbox.
#pragma once

#include <cstdint>

#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/kubernetes/pod_index.h"

namespace supercargo {

inline constexpr std::int64_t kIdentityWaitNs = 15'000'000'000;

// Containers of no pod, QoS classes, the root and the system: known at once.
void identify_alone(CgroupEntry& entry);

// A pod's cgroup and its containers. A container without a log link that is the oldest of its pod
// is the sandbox.
void identify_pod(PodGroup& group, const PodSnapshot& snapshot, std::int64_t now_ns);

}  // namespace supercargo
