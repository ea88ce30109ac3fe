// What each command of the command line does. Called once, by main().
#pragma once

#include "agent/app/options.h"
#include "agent/config/agent_config.h"

namespace supercargo {

// The exit code: 0; 1 failed while running, or a probe was answered no; 2 the configuration is
// wrong.
[[nodiscard]] int run_command(const Options& options);

// Options of the command line that stand above the configuration file.
void apply_options(AgentConfig& config, const Options& options);

}  // namespace supercargo
