// The tables of all configuration fields. Constants, any thread.
#pragma once

#include "agent/config/field.h"

namespace supercargo::config {

extern const Table kRootTable;        // AgentConfig
extern const Table kKubernetesTable;  // KubernetesConfig
extern const Table kLogsTable;        // LogsConfig
extern const Table kRateLimitsTable;  // RateLimitsConfig
extern const Table kFirstReadTable;   // FirstReadConfig
extern const Table kParseTable;       // ParseConfig
extern const Table kMetricsTable;     // MetricsConfig
extern const Table kNodeTable;        // NodeMetricsConfig
extern const Table kOutputTable;      // OutputConfig, with a variant for each type
extern const Table kWebTable;         // WebConfig, a file of its own

}  // namespace supercargo::config
