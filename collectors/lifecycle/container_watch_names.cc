// Who a container is, as the names in /var/log tell, and what is told of it then: starts, kills and
// ends are counted under names, so they wait until there is one.
#include <algorithm>
#include <utility>

#include "agent/base/sample_set.h"
#include "collectors/lifecycle/container_watch.h"

namespace supercargo {
namespace {

// A container's log link comes soon after its start: until then it is looked for at each turn.
constexpr std::int64_t kLookOftenNs = 60'000'000'000;

bool is_new(std::int64_t since_ns, std::int64_t now_ns) {
  return now_ns - since_ns < kLookOftenNs;
}

SharedLabels pod_labels(const WatchedPod& pod) {
  std::string labels;
  append_label(labels, "namespace", pod.name ? pod.name->pod_namespace : std::string());
  append_label(labels, "pod", pod.name ? pod.name->pod : std::string());
  append_label(labels, "pod_uid", pod.uid);
  return std::make_shared<const std::string>(std::move(labels));
}

}  // namespace

void ContainerWatch::find_names(bool all, Now now) {
  const auto is_wanted = [&](const ContainerPointer& container) {
    return !container->labels && (all || is_new(container->start_ns, now.unix_ns));
  };
  std::vector<ContainerPointer> unnamed;
  for (const auto& [path, container] : live_) {
    if (is_wanted(container)) {
      unnamed.push_back(container);
    }
  }
  std::copy_if(ended_.begin(), ended_.end(), std::back_inserter(unnamed), is_wanted);
  const bool has_new_pod = std::any_of(pods_.begin(), pods_.end(), [&](const auto& entry) {
    return !entry.second.name && (all || is_new(entry.second.seen_ns, now.unix_ns));
  });
  looks_often_ = has_new_pod || std::any_of(unnamed.begin(), unnamed.end(), [&](const auto& it) {
                   return is_new(it->start_ns, now.unix_ns);
                 });
  if (unnamed.empty() && !has_new_pod) {
    return;
  }
  index_.refresh();
  const std::shared_ptr<const PodSnapshot> known = index_.snapshot();
  for (const ContainerPointer& container : unnamed) {
    if (const ContainerInfo* info = known->container(container->parsed.container_id)) {
      name_container(*container, *info);
    }
  }
  for (auto& [uid, pod] : pods_) {
    name_pod(pod, *known, now);
  }
}

// A container of no pod has labels, and no name to count it under.
void ContainerWatch::name_container(WatchedContainer& container, const ContainerInfo& info) {
  std::string labels;
  append_label(labels, "container", info.container);
  append_label(labels, "id", container.path);
  append_label(labels, "namespace", info.pod_namespace);
  append_label(labels, "pod", info.pod);
  container.labels = std::make_shared<const std::string>(std::move(labels));
  changed_ = true;
  if (container.parsed.pod_uid.empty()) {
    return;
  }
  container.name = {info.pod_namespace, info.pod, info.container};
  accounts_.add(*container.name);
  const auto pod = pods_.find(container.parsed.pod_uid.view());
  if (pod != pods_.end() && !pod->second.name) {
    pod->second.name = PodName{info.pod_namespace, info.pod};
  }
}

// A pod that nobody names is shown without a name, as its container_* series are.
void ContainerWatch::name_pod(WatchedPod& pod, const PodSnapshot& known, Now now) {
  const bool was_named = pod.name.has_value();
  if (const PodName* name = was_named ? nullptr : known.pod(pod.uid)) {
    pod.name = *name;
  }
  const bool named = pod.name && !was_named;
  if (named || (!pod.labels && (pod.name || now.unix_ns - pod.seen_ns >= kNameWaitNs))) {
    pod.labels = pod_labels(pod);
    changed_ = true;
  }
}

void ContainerWatch::tell_starts_and_kills(WatchedContainer& container, Now now) {
  if (!container.name) {
    return;
  }
  if (!std::exchange(container.start_told, true) && !container.known_before) {
    accounts_.started(*container.name);
    tell(LifecycleKind::kStart, container, container.start_ns, 0);
  }
  if (const std::uint64_t killed = std::exchange(container.untold_oom_kills, 0); killed > 0) {
    accounts_.killed(*container.name, killed);
    tell(LifecycleKind::kOomKill, container, now.unix_ns, killed);
  }
}

void ContainerWatch::tell_ends(Now now) {
  std::erase_if(ended_, [&](const ContainerPointer& container) {
    if (!container->name) {
      return now.unix_ns - container->start_ns >= kNameWaitNs;  // a sandbox
    }
    tell_starts_and_kills(*container, now);
    accounts_.ended(*container->name,
                    container->parsed.container_id,
                    container->end_ns,
                    container->final_sample());
    tell(LifecycleKind::kExit, *container, container->end_ns, 0);
    return true;
  });
}

void ContainerWatch::tell_sums() {
  for (auto& [uid, pod] : pods_) {
    if (pod.name && (pod.observed > pod.summed || pod.summed == 0)) {
      accounts_.killed_in_namespace(pod.name->pod_namespace,
                                    pod.observed - std::exchange(pod.summed, pod.observed));
    }
  }
}

// Events of a container ascend, whatever was seen first.
void ContainerWatch::tell(LifecycleKind kind,
                          WatchedContainer& container,
                          std::int64_t time_ns,
                          std::uint64_t kills) {
  container.told_ns = std::max(container.told_ns, time_ns);
  write_event({.kind = kind,
               .time_ns = container.told_ns,
               .name = *container.name,
               .pod_uid = std::string(container.parsed.pod_uid.view()),
               .container_id = std::string(container.parsed.container_id),
               .oom_kills = kills,
               .final = container.final_sample()});
}

void ContainerWatch::write_event(const LifecycleEvent& event) {
  changed_ = true;
  const EventOutlet::Fate fate = outlet_->tell(event);
  events_.at(static_cast<std::size_t>(event.kind)) += fate == EventOutlet::Fate::kWritten ? 1 : 0;
  events_dropped_ += fate == EventOutlet::Fate::kDropped ? 1 : 0;
}

void ContainerWatch::forget(Now now) {
  std::set<ContainerName> names;
  for (const auto& [path, container] : live_) {
    if (container->name) {
      names.insert(*container->name);
    }
  }
  std::erase_if(pods_, [&](const auto& entry) {
    const WatchedPod& pod = entry.second;
    if (pod.gone_ns != 0 && now.unix_ns - pod.gone_ns > kKeepEndedNs) {
      return true;
    }
    if (pod.name && pod.gone_ns == 0) {
      names.insert({pod.name->pod_namespace, pod.name->pod, {}});
    }
    return false;
  });
  accounts_.forget(names, now.unix_ns);
  events_dropped_ += outlet_->clean(now.unix_ns);
}

}  // namespace supercargo
