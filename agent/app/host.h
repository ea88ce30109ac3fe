// What the process asks of the machine it runs on, once at start. Main thread.
#pragma once

#include <cstdint>
#include <string>

#include "agent/base/host_paths.h"
#include "agent/config/agent_config.h"

namespace supercargo {

// $NODE_NAME, as a pod's specification sets it, else the host's name.
[[nodiscard]] std::string default_node_name();

[[nodiscard]] HostPaths host_paths(const AgentConfig& config);

// Raises the soft limit of open files to the hard one: every log file and cgroup costs descriptors.
// Returns the limit.
std::uint64_t raise_open_file_limit();

// Signals that must not kill the process: writing to a closed connection is an error, not the end.
void ignore_broken_pipes();

}  // namespace supercargo
