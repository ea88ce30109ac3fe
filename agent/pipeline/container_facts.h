// What may become known of a container only after its first line: its id, and what the API server
// tells. Lines wait for it only where it is wanted as a label of their stream (ReadGate).
//
// Owned by agent/app, shared with the outputs' threads. collectors/kubernetes implements the
// source, tests fake it.
#pragma once

#include <map>
#include <string>

#include "agent/pipeline/record.h"

namespace supercargo {

// Texts that are not known are empty.
struct ContainerFacts {
  std::string container_id;  // where ContainerInfo has none
  std::string image;
  std::string workload_kind;
  std::string workload;
  std::map<std::string, std::string> pod_labels;  // label_app: as metrics name them

  bool operator==(const ContainerFacts&) const = default;
};

class FactSource {
 public:
  struct Answer {
    ContainerFacts facts;
    bool complete = true;  // nothing more will come: need not be asked again
    bool has_pod = true;   // all but the id and the image is known, or never will be
  };

  FactSource() = default;
  FactSource(const FactSource&) = delete;
  FactSource& operator=(const FactSource&) = delete;
  virtual ~FactSource() = default;

  [[nodiscard]] virtual Answer find(const ContainerInfo& container) const = 0;
};

}  // namespace supercargo
