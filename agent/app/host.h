// What the process asks of the machine it runs on, once at start, and tells it at the end. Main
// thread.
#pragma once

#include <cstddef>
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

// How many log files may be held open: three quarters of the process's limit, so that connections,
// cgroups and journals have the rest. Says so in the log when that is less than `wanted`.
[[nodiscard]] std::size_t fit_into_open_file_limit(std::uint64_t wanted);

// Shown by `kubectl describe pod`, where there is such a file.
void write_termination_reason(const std::string& reason);

// Signals that must not kill the process: writing to a closed connection is an error, not the end.
void ignore_broken_pipes();

}  // namespace supercargo
