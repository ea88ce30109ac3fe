#include "collectors/kubernetes/stored_facts.h"

#include <string_view>

#include "agent/base/sample_set.h"

namespace supercargo {
namespace {

std::string run_name(const ContainerInfo& container) {
  return container.pod_uid + "/" + container.container + "/" + std::to_string(container.restart);
}

}  // namespace

FactSource::Answer StoredFacts::find(const ContainerInfo& container) const {
  Answer answer;
  if (container.pod_uid.empty()) {
    return answer;
  }
  const bool has_id = add_id(container, answer.facts);
  const bool has_all = add_pod(container, answer);
  answer.complete = has_id && has_all;
  return answer;
}

bool StoredFacts::add_id(const ContainerInfo& container, ContainerFacts& facts) const {
  if (!container.container_id.empty()) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  look();
  const auto found = ids_.find(run_name(container));
  if (found == ids_.end()) {
    return !has_links_;
  }
  facts.container_id = found->second;
  return true;
}

void StoredFacts::look() const {
  const SteadyTime now = clock_();
  if (now < look_at_) {
    return;
  }
  look_at_ = now + kLookInterval;
  if (!links_.refresh()) {
    return;
  }
  const std::shared_ptr<const PodSnapshot> snapshot = links_.snapshot();
  has_links_ = snapshot->has_containers;
  ids_.clear();
  for (const auto& [id, container] : snapshot->containers) {
    if (!container.pod_uid.empty()) {
      ids_[run_name(container)] = id;
    }
  }
}

bool StoredFacts::add_pod(const ContainerInfo& container, Answer& answer) const {
  ContainerFacts& facts = answer.facts;
  const std::shared_ptr<const PodFacts> known = store_->facts();
  if (known->state == PodFacts::State::kOff) {
    return true;
  }
  const ApiPod* const pod = known->find(container.pod_uid, container.pod_namespace, container.pod);
  answer.has_pod = pod != nullptr;
  if (pod == nullptr) {
    return false;
  }
  facts.workload_kind = pod->workload.kind;
  facts.workload = pod->workload.name;
  for (const auto& [name, value] : pod->labels) {
    facts.pod_labels["label_" + label_name_of(name)] = value;
  }
  const ApiContainer* const told = pod->find_container(container.container);
  if (told == nullptr || told->id.empty() || told->restart < container.restart) {
    return false;  // what is told is of the run before
  }
  facts.image = told->image();
  return true;
}

}  // namespace supercargo
