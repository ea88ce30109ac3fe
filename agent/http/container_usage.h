// What the status page shows of each container's resources, taken from the samples of a pass: the
// same figures that Prometheus gets.
//
// Pure functions; called on the collect thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "agent/base/sample_set.h"

namespace supercargo {

using ContainerKey =
    std::tuple<std::string, std::string, std::string>;  // namespace, pod, container

struct ContainerUsage {
  std::optional<double> cpu_seconds;
  std::optional<double> memory_bytes;  // the working set
};

// Containers only: no pods, slices, sandboxes. A container that Kubernetes does not know goes by
// its runtime's name. Two of the same name (at a restart) are added up.
[[nodiscard]] std::map<ContainerKey, ContainerUsage> container_usage(
    std::span<const SampleSet* const> sets);

// Calls `take(name, value)` for each label of a rendered block, the value unescaped and valid
// during the call. False when the text is no label block.
bool for_each_label(std::string_view block,
                    const std::function<void(std::string_view, std::string_view)>& take);

}  // namespace supercargo
