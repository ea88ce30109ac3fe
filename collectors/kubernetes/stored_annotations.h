// Annotations as the API server told them.
//
// Made by agent/app; any thread, and costs a lock and a look-up.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "agent/pipeline/pod_annotations.h"
#include "collectors/kubernetes/pod_facts.h"

namespace supercargo {

class StoredAnnotations final : public PodAnnotations {
 public:
  // Requires: the store keeps the annotations that will be asked for (PodFields).
  explicit StoredAnnotations(std::shared_ptr<const PodStore> store) : store_(std::move(store)) {}

  // Never coming: of what is no pod, and where the API server is not asked.
  [[nodiscard]] PodAnnotation find(const ContainerInfo& container,
                                   std::string_view key) const override;

 private:
  const std::shared_ptr<const PodStore> store_;
};

}  // namespace supercargo
