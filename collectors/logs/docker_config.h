// Who a Docker container is, from the config.v2.json beside its log. Pure.
#pragma once

#include <string_view>

#include "agent/pipeline/record.h"

namespace supercargo {

// Fills in the container's name, and pod, namespace and uid where cri-dockerd has set its labels.
// Text that is no such file changes nothing.
void read_docker_config(std::string_view json, ContainerInfo& container);

}  // namespace supercargo
