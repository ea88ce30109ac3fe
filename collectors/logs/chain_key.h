// What the key of a chain (the path of its directory or file) tells of its container, when there is
// no file left to ask.
#pragma once

#include <string_view>

#include "agent/pipeline/record.h"

namespace supercargo {

// Namespace, pod, uid and container of a path below kubelet's directory, or below that of events
// (kEventSource); else the last part of the
// path as the container, Docker's ids cut as discovery cuts them.
[[nodiscard]] ContainerInfo container_of_key(std::string_view key);

}  // namespace supercargo
