// The descriptions of a container's restarts, each shared by the files of its restart.
//
// Owned by ChainDirectory, on discovery's thread. A description lives as long as a file holds it: a
// container that restarts for ever must not grow the map.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "agent/pipeline/record.h"

namespace supercargo {

class ContainerInfos {
 public:
  explicit ContainerInfos(ContainerInfo container) : container_(std::move(container)) {}

  [[nodiscard]] std::shared_ptr<const ContainerInfo> of(std::uint32_t restart);

 private:
  const ContainerInfo container_;
  std::map<std::uint32_t, std::weak_ptr<const ContainerInfo>> by_restart_;
};

}  // namespace supercargo
