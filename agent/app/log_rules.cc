#include "agent/app/log_rules.h"

#include <algorithm>
#include <utility>

namespace supercargo {

Result<LogRules> make_log_rules(const AgentConfig& config) {
  LogRules rules;
  for (const OutputConfig& output : config.outputs) {
    Result<OutputSelection> selection = OutputSelection::create(output);
    if (!selection) {
      return std::move(selection).error().with_context("output " + output.name);
    }
    LogFilter& filter = rules.filters.emplace_back();
    if (!selection->everything()) {
      filter = [wanted = std::move(*selection)](const ContainerInfo& container) {
        return wanted.wants(container.pod_namespace);
      };
    }
  }
  Result<LogPlace> place = LogPlace::create(config.logs);
  if (!place) {
    return std::move(place).error();
  }
  rules.place = std::move(*place);
  return rules;
}

LogFilter wanted_by_any(std::vector<LogFilter> filters) {
  if (std::any_of(
          filters.begin(), filters.end(), [](const LogFilter& filter) { return !filter; })) {
    return {};
  }
  return [filters = std::move(filters)](const ContainerInfo& container) {
    return std::any_of(filters.begin(), filters.end(), [&container](const LogFilter& filter) {
      return filter(container);
    });
  };
}

}  // namespace supercargo
