// What people deployed, told by the name of what made the pod.
//
// Pure, any thread. No further permission is needed: ReplicaSets and Jobs are not asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/kubernetes/api_pod.h"

namespace supercargo {

struct PodOrigin {
  ObjectName owner;                   // the controller among the pod's owners; empty: none
  std::string template_hash;          // label pod-template-hash
  std::string rollout_template_hash;  // label rollouts-pod-template-hash
  std::int64_t created_s = 0;         // since 1970; 0: unknown
};

// ReplicaSet web-5d4f8c7b9 of the template hash 5d4f8c7b9 is of Deployment web; Job
// backup-29921760, which is named by the minute of its schedule, of CronJob backup. Anything else
// is its own workload, and so is a pod that nothing made (static pods are: their owner is the
// node).
[[nodiscard]] ObjectName workload_of(const PodOrigin& origin, std::string_view pod_name);

// "2026-11-22T10:00:00Z" as the API writes times, in seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> parse_api_time(std::string_view text);

}  // namespace supercargo
