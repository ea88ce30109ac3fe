// The agent's own counters and gauges (supercargo_*), kept by a prometheus::Registry.
//
// agent/app owns one; parts ask it for their instruments when they are made and keep the
// references, which stay valid as long as the SelfMetrics. Creating is for start-up and for new
// label sets; incrementing is lock-free. Any thread.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "agent/base/metric_desc.h"

namespace supercargo {

class SelfMetrics {
 public:
  SelfMetrics() = default;

  // The instrument with these label values, in the order of `desc.labels`. The same values give the
  // same instrument. Requires: desc.kind fits, label_values.size() == desc.labels.size().
  prometheus::Counter& counter(const MetricDesc& desc,
                               std::initializer_list<std::string_view> label_values = {});
  prometheus::Gauge& gauge(const MetricDesc& desc,
                           std::initializer_list<std::string_view> label_values = {});

  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const {
    return registry_.Collect();
  }

 private:
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
};

}  // namespace supercargo
