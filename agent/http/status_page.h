// The status page: what the agent does now, as plain HTML without script.
//
// A pure function from a snapshot; any thread. All text from outside is escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/pipeline/output_status.h"

namespace supercargo {

struct ContainerStatus {
  struct Lag {
    std::uint64_t pending_bytes = 0;
    double oldest_seconds = 0;
  };

  std::string pod_namespace;
  std::string pod;
  std::string container;
  // Nothing: not known (yet).
  std::optional<double> cpu_cores;
  std::optional<double> memory_bytes;
  std::optional<double> log_bytes_per_second;
  std::vector<std::optional<Lag>> lags;  // one an output, in their order; nothing: not sent there
};

struct StatusSnapshot {
  std::string version;
  std::string node;
  double uptime_seconds = 0;
  std::optional<double> rate_window_seconds;  // what the rates are averaged over
  std::optional<std::uint32_t> refresh_seconds;
  std::vector<OutputStatus> outputs;
  std::vector<ContainerStatus> containers;
};

[[nodiscard]] std::string status_page(const StatusSnapshot& status);

}  // namespace supercargo
