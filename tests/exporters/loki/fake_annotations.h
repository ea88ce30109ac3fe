// Annotations of pods that a test sets. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "agent/pipeline/pod_annotations.h"

namespace supercargo::test {

class FakeAnnotations final : public PodAnnotations {
 public:
  // Of a namespace's pods, whatever the key.
  void set(const std::string& pod_namespace, PodAnnotation annotation) {
    const std::lock_guard lock(mutex_);
    by_namespace_[pod_namespace] = std::move(annotation);
  }

  [[nodiscard]] PodAnnotation find(const ContainerInfo& container,
                                   std::string_view /*key*/) const override {
    const std::lock_guard lock(mutex_);
    const auto found = by_namespace_.find(container.pod_namespace);
    return found == by_namespace_.end() ? PodAnnotation{} : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, PodAnnotation> by_namespace_;
};

}  // namespace supercargo::test
