// OOM kills: each counted once at the pod, whose count outlives its containers, and told of the
// container that it was in, as far as that can be known.
#include <set>
#include <string>
#include <utility>

#include "collectors/lifecycle/container_watch.h"

namespace supercargo {

// Pods that the kernel notified of, at most once a second each. The watch first: what changes
// before the reading is read, and what changes after it is told.
void ContainerWatch::watch_kills_again() {
  for (const std::string& uid : std::exchange(notified_pods_, {})) {
    const auto pod = pods_.find(uid);
    if (pod != pods_.end() && pod->second.gone_ns == 0) {
      notifier_.watch_file_once(pod->second.path, "memory.events");
      pods_to_read_.insert(uid);
    }
  }
}

void ContainerWatch::count_kills(bool all) {
  const std::set<std::string> told = std::exchange(pods_to_read_, {});
  if (all) {
    for (auto& [uid, pod] : pods_) {
      count_kills_of(pod);
    }
    return;
  }
  for (const std::string& uid : told) {
    if (const auto pod = pods_.find(uid); pod != pods_.end()) {
      count_kills_of(pod->second);
    }
  }
}

// The pod first: what is killed between the two readings is then known of the container too early,
// and never taken for that of an ended one.
void ContainerWatch::count_kills_of(WatchedPod& pod) {
  if (pod.gone_ns != 0) {
    return;
  }
  pod.files.forget_missing();
  const std::uint64_t killed = pod.read_oom_kills(context_);
  if (killed == 0) {
    return;
  }
  changed_ = true;
  pod.shown += killed;
  pod.observed += killed;
  const std::string prefix = pod.path + "/";
  for (auto container = live_.lower_bound(prefix);
       container != live_.end() && container->first.starts_with(prefix);
       ++container) {
    attribute(*container->second, pod, container->second->read_oom_kills(context_));
  }
}

void ContainerWatch::attribute(WatchedContainer& container,
                               WatchedPod& pod,
                               std::uint64_t processes) {
  container.oom_kills += processes;
  container.untold_oom_kills += processes;
  pod.attributed += processes;
}

// A container's files go before its end is told.
bool ContainerWatch::is_one_going(const WatchedPod& pod) {
  const std::string prefix = pod.path + "/";
  for (auto container = live_.lower_bound(prefix);
       container != live_.end() && container->first.starts_with(prefix);
       ++container) {
    if (!container->second->tells_kills(context_)) {
      return true;
    }
  }
  return false;
}

// What was killed in a container that is gone: in the only one that ended since the pod was read
// last, as soon as it is known which of those that did are sandboxes. Of several it is not known in
// which, but for its name where they are restarts of one.
void ContainerWatch::settle_unattributed(WatchedPod& pod, Now now) {
  const std::uint64_t killed = pod.unattributed();
  if (killed == 0) {
    pod.unattributed_since_ns = 0;
    pod.ended_since_read.clear();
    return;
  }
  if (pod.unattributed_since_ns == 0) {
    pod.unattributed_since_ns = now.unix_ns;
  }
  if (now.unix_ns - pod.unattributed_since_ns < kNameWaitNs && is_one_going(pod)) {
    return;
  }
  WatchedContainer* only = nullptr;
  std::size_t named = 0;
  std::set<std::string> names;
  for (const ContainerPointer& ended : pod.ended_since_read) {
    if (!ended->name && now.unix_ns - ended->start_ns < kNameWaitNs) {
      return;
    }
    if (ended->name) {
      only = ended.get();
      ++named;
      names.insert(ended->name->container);
    }
  }
  if (named == 1) {
    attribute(*only, pod, killed);
    tell_starts_and_kills(*only, now);
  } else if (pod.name) {
    pod.attributed += killed;
    const ContainerName name{
        pod.name->pod_namespace, pod.name->pod, names.size() == 1 ? *names.begin() : std::string()};
    accounts_.killed(name, killed);
    write_event({.kind = LifecycleKind::kOomKill,
                 .time_ns = now.unix_ns,
                 .name = name,
                 .pod_uid = pod.uid,
                 .container_id = {},
                 .oom_kills = killed});
  }
  pod.ended_since_read.clear();
  changed_ = true;
}

}  // namespace supercargo
