#include "collectors/kubernetes/stored_annotations.h"

namespace supercargo {

PodAnnotation StoredAnnotations::find(const ContainerInfo& container, std::string_view key) const {
  const std::shared_ptr<const PodFacts> facts = store_->facts();
  if (container.pod_uid.empty() || facts->state == PodFacts::State::kOff) {
    return {};
  }
  const ApiPod* const pod = facts->find(container.pod_uid, container.pod_namespace, container.pod);
  if (pod == nullptr) {
    return {.coming = true, .value = {}};
  }
  const auto found = pod->annotations.find(key);
  return {.coming = false, .value = found == pod->annotations.end() ? "" : found->second};
}

}  // namespace supercargo
