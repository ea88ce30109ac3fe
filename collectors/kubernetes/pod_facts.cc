#include "collectors/kubernetes/pod_facts.h"

#include <utility>

namespace supercargo {

const ApiPod* PodFacts::find(std::string_view uid_in_paths,
                             std::string_view pod_namespace,
                             std::string_view name) const {
  const auto found = pods.find(uid_in_paths);
  const bool same = found != pods.end() && found->second->name == name &&
                    found->second->pod_namespace == pod_namespace;
  return same ? found->second.get() : nullptr;
}

std::shared_ptr<const PodFacts> PodStore::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

WatchStatus PodStore::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void PodStore::publish(PodFacts facts) {
  auto next = std::make_shared<const PodFacts>(std::move(facts));
  const std::lock_guard lock(mutex_);
  facts_ = std::move(next);
}

void PodStore::turn_off(std::string why) {
  if (facts()->state == PodFacts::State::kKnown) {
    return;
  }
  PodFacts next;
  next.why = std::move(why);
  publish(std::move(next));
}

void PodStore::start() {
  PodFacts next;
  next.state = PodFacts::State::kStarting;
  next.why.clear();
  publish(std::move(next));
}

void PodStore::replace(std::vector<ApiPod> pods) {
  pods_.clear();
  for (ApiPod& pod : pods) {
    put(std::move(pod));
  }
  changed_ = true;
  publish();
}

void PodStore::put(ApiPod pod) {
  const std::string key = pod.uid_in_paths();
  if (pods_.size() >= kMaxPods && !pods_.contains(key)) {
    note([](WatchStatus& status) { ++status.too_many; });
    return;
  }
  pods_.insert_or_assign(key, std::make_shared<const ApiPod>(std::move(pod)));
  changed_ = true;
}

// A static pod whose manifest did not change may have a new mirror under the same hash already.
void PodStore::remove(const ApiPod& pod) {
  const auto known = pods_.find(pod.uid_in_paths());
  if (known != pods_.end() && known->second->uid == pod.uid) {
    pods_.erase(known);
    changed_ = true;
  }
}

void PodStore::publish() {
  if (std::exchange(changed_, false)) {
    PodFacts next;
    next.state = PodFacts::State::kKnown;
    next.why.clear();
    next.pods = pods_;
    publish(std::move(next));
  }
}

}  // namespace supercargo
