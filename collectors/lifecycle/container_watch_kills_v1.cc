// OOM kills on cgroup v1, where each is counted at the victim's own cgroup alone, which its runtime
// removes some milliseconds later. Where the agent sees the container's process it is told of its
// end at once, and reads the count before it goes: that is exact. Else the node's count tells that
// there was one.
#include <iterator>
#include <utility>

#include "collectors/lifecycle/container_watch.h"

namespace supercargo {
namespace {

// From a kill to the removal of the cgroup, when that could not be read any more in between.
constexpr Milliseconds kRemoval{200};

}  // namespace

// A kill ends the process, so that its count has it by then.
void ContainerWatch::count_kills_of_exits(Now now) {
  if (now.steady >= forget_untold_) {
    untold_on_node_ = 0;
  }
  exits_.drain([&](const std::string& cgroup) {
    const auto found = live_.find(cgroup);
    if (found == live_.end()) {
      return;
    }
    WatchedContainer& container = *found->second;
    untold_on_node_ -= static_cast<std::int64_t>(count_kills_of_v1(container));
    container.last_kills_read = container.tells_kills(context_);
    container.read_last(context_);
    unwatched_[cgroup] = now.steady + kProcessWait;  // it may have been one of several
  });
}

void ContainerWatch::watch_exits(Now now) {
  for (auto next = unwatched_.begin(); next != unwatched_.end();) {
    const auto& [cgroup, until] = *next;
    const auto container = live_.find(cgroup);
    const bool done =
        container == live_.end() || watch_exit(*container->second) || now.steady >= until;
    next = done ? unwatched_.erase(next) : std::next(next);
  }
}

// One that has ended may still be listed until its parent has asked for it.
bool ContainerWatch::watch_exit(WatchedContainer& container) {
  const std::uint32_t process = container.first_process(context_);
  if (process == 0 || process == container.process || !exits_.watch(container.path, process)) {
    return false;
  }
  container.process = process;
  container.last_kills_read = false;
  return true;
}

// The node's count says when to read those of containers (without one they are read each second). A
// kill that none of them tells of was in a container that has ended meanwhile: it is counted when
// only one pod has such containers, and forgotten when there is none, since it was not in a pod.
void ContainerWatch::count_kills_v1(std::optional<std::uint64_t> on_node, Now now) {
  pods_to_read_.clear();
  if (!on_node) {
    (void)count_live_kills_v1();
    return;
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
    all += count_kills_of_v1(*container);
  }
  return all;
}

std::uint64_t ContainerWatch::count_kills_of_v1(WatchedContainer& container) {
  const auto pod = pods_.find(container.parsed.pod_uid.view());
  if (pod == pods_.end()) {
    return 0;
  }
  const std::uint64_t killed = container.read_oom_kills(context_);
  pod->second.observed += killed;
  pod->second.shown += killed;
  attribute(container, pod->second, killed);
  changed_ = changed_ || killed > 0;
  return killed;
}

}  // namespace supercargo
