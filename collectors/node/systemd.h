// node_systemd_*: the states of the host's systemd and of its units.
//
// Off by default, as node_exporter's. systemd is asked in the background: while it or the bus is
// stopped, a pass waits for it once in a while, and never for long.
#pragma once

#include <memory>

#include "agent/base/background_question.h"
#include "agent/base/collector.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"
#include "collectors/node/systemd_units.h"

namespace supercargo {

class SystemdCollector final : public Collector {
 public:
  struct Limits {
    Milliseconds pass{1000};      // what a pass waits
    Milliseconds answer{10'000};  // when systemd's answer is given up, and asked for again
    std::size_t max_bytes = std::size_t{8} << 20;  // of all answers of a pass
  };

  explicit SystemdCollector(const NodeOptions& options) : SystemdCollector(options, Limits{}) {}

  SystemdCollector(const NodeOptions& options, const Limits& limits);

  [[nodiscard]] std::string_view name() const noexcept override { return "systemd"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::shared_ptr<const NameFilter> units_;  // shared with a thread that may be stuck
  Milliseconds patience_;
  BackgroundQuestion<SystemdState> systemd_;
};

// The number that begins systemd's version: 252.39 of "252.39-1~deb12u2". 0 when there is none.
[[nodiscard]] double systemd_version_number(std::string_view version);

}  // namespace supercargo
