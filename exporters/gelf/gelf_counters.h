// What the GELF senders count, beside what the delivery loop and the ledger count for every output.
//
// agent/app owns the SelfMetrics behind it; a sender keeps a GelfCounters for its life. Incremented
// by the output's thread, read by any.
#pragma once

#include <span>
#include <string_view>

#include "agent/base/metric_desc.h"
#include "agent/base/self_metrics.h"

namespace supercargo {

// Every family of this folder, for METRICS.md.
[[nodiscard]] std::span<const MetricDesc> gelf_metric_descs();

struct GelfCounters {
  GelfCounters(SelfMetrics& metrics, std::string_view output);

  prometheus::Counter& blank;        // messages whose text was replaced by "-"
  prometheus::Counter& truncated;    // messages cut to a limit
  prometheus::Counter& connections;  // opened
  prometheus::Counter& replayed;     // bytes handed to a connection and failed with it
};

}  // namespace supercargo
