// The metric family of the agent's own configuration, for agent/app and for METRICS.md.
#pragma once

#include <array>

#include "agent/base/metric_desc.h"

namespace supercargo::config_metrics {

inline constexpr MetricDesc kLastReloadSuccessful = {
    "supercargo_config_last_reload_successful",
    "1 while the configuration file's last version is in force, 0 when it was not taken over: the "
    "one before stays, until a restart.",
    MetricKind::kGauge};
inline constexpr std::array kAll = {kLastReloadSuccessful};

}  // namespace supercargo::config_metrics
