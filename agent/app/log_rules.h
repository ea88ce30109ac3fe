// Which logs the outputs want, and how their place is told: what `namespaces` and `environments` of
// the configuration come to. Pure, any thread.
#pragma once

#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/log_place.h"
#include "agent/pipeline/output_selection.h"

namespace supercargo {

struct LogRules {
  std::vector<LogFilter> filters;  // one an output, in their order
  LogPlace place;
};

// kConfig: a pattern that is none.
[[nodiscard]] Result<LogRules> make_log_rules(const AgentConfig& config);

// What at least one of them wants.
[[nodiscard]] LogFilter wanted_by_any(std::vector<LogFilter> filters);

}  // namespace supercargo
