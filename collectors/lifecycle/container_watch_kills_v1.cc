// OOM kills on cgroup v1, where each is counted at the victim's own cgroup alone, which its runtime
// removes some milliseconds later.
#include <utility>

#include "collectors/lifecycle/container_watch.h"

namespace supercargo {
namespace {

// From a kill to the removal of the cgroup, when that could not be read any more in between.
constexpr Milliseconds kRemoval{200};

}  // namespace

// The node's count says when to read those of containers (without one they are read each second). A
// kill that none of them tells of was in a container that has ended meanwhile: it is counted when
// only one pod has such containers, and forgotten when there is none, since it was not in a pod.
void ContainerWatch::count_kills_v1(std::optional<std::uint64_t> on_node, Now now) {
  pods_to_read_.clear();
  if (!on_node) {
    (void)count_live_kills_v1();
    return;
  }
  if (now.steady >= forget_untold_) {
    untold_on_node_ = 0;
  }
  if (*on_node > 0) {
    untold_on_node_ += static_cast<std::int64_t>(*on_node);
    untold_on_node_ -= static_cast<std::int64_t>(count_live_kills_v1());
    forget_untold_ = now.steady + kRemoval;
  }
  if (untold_on_node_ > 0 && ended_pods_.size() == 1) {
    if (const auto pod = pods_.find(*ended_pods_.begin()); pod != pods_.end()) {
      const auto killed = static_cast<std::uint64_t>(std::exchange(untold_on_node_, 0));
      pod->second.observed += killed;
      pod->second.shown += killed;
      changed_ = true;
    }
  }
  ended_pods_.clear();
}

std::uint64_t ContainerWatch::count_live_kills_v1() {
  std::uint64_t all = 0;
  for (const auto& [path, container] : live_) {
    const auto pod = pods_.find(container->parsed.pod_uid.view());
    if (pod == pods_.end()) {
      continue;
    }
    const std::uint64_t killed = container->read_oom_kills(context_);
    pod->second.observed += killed;
    pod->second.shown += killed;
    attribute(*container, pod->second, killed);
    all += killed;
  }
  changed_ = changed_ || all > 0;
  return all;
}

}  // namespace supercargo
