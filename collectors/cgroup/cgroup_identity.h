// Decides what a cgroup's labels are, from its path, from what /var/log tells of its pod, and its
// image from what the API server tells, where that is asked.
//
// Collect thread. A new container, and a new pod, is given some seconds to appear in /var/log
// before it gets series: until then nobody can tell a container from its sandbox.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/kubernetes/pod_facts.h"
#include "collectors/kubernetes/pod_index.h"

namespace supercargo {

inline constexpr std::int64_t kIdentityWaitNs = 15'000'000'000;

// What is known of pods at the time of a pass.
struct PodKnowledge {
  const PodSnapshot& paths;
  const PodFacts& facts;
  std::int64_t now_ns;
};

// Rendered: all labels of containers, empty. What would lack them takes those of the scrape's
// target, and would be the agent's own.
[[nodiscard]] std::string empty_labels();

// Containers of no pod, QoS classes, the root and the system: known at once.
void identify_alone(CgroupEntry& entry);

// A pod's cgroup and its containers. A container without a log link that is the oldest of its pod
// is the sandbox. A container's image is waited for as long, while the API server may tell it.
void identify_pod(PodGroup& group, const PodKnowledge& known);

}  // namespace supercargo
