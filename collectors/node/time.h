// node_time_*: the wall clock, its zone and its clock sources.
#pragma once

#include <string>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"

namespace supercargo {

class TimeCollector final : public Collector {
 public:
  explicit TimeCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "time"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void add_clock_sources(SampleSet& out);

  std::string clock_sources_;
  bool zone_is_host_;  // a container has a zone of its own
  std::string path_;
  std::string text_;
};

}  // namespace supercargo
