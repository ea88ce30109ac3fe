// What people have written onto a pod: for outputs that learn from it where its lines go.
//
// Owned by agent/app, shared with the outputs' threads; never waits. collectors/kubernetes
// implements it, tests fake it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/pipeline/record.h"

namespace supercargo {

struct PodAnnotation {
  bool coming = false;  // nothing is known of the pod yet: to be asked again
  std::string value;    // empty: there is none
};

class PodAnnotations {
 public:
  PodAnnotations() = default;
  PodAnnotations(const PodAnnotations&) = delete;
  PodAnnotations& operator=(const PodAnnotations&) = delete;
  virtual ~PodAnnotations() = default;

  [[nodiscard]] virtual PodAnnotation find(const ContainerInfo& container,
                                           std::string_view key) const = 0;
};

// Whether a container's first lines may be read now. Empty: always.
using ReadGate = std::function<bool(const ContainerInfo& container)>;

}  // namespace supercargo
