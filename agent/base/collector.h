// A part that reads the node (or the agent itself) when a scrape asks.
//
// agent/app makes the collectors and shares them with the Scraper, whose reading thread calls
// collect(), one collector after another and never concurrently with itself. Only when a collector
// overran its deadline do others run beside it, on another thread: what two collectors share needs
// a lock. A collector that fails costs its own samples and nothing else: whoever calls it times it
// and reports its success.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/metric_desc.h"
#include "agent/base/result.h"
#include "agent/base/sample_set.h"

namespace supercargo {

class Collector {
 public:
  Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  virtual ~Collector() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  // The families that it can give: a constexpr table. SampleSet::add takes the index in this table.
  [[nodiscard]] virtual std::span<const MetricDesc> families() const noexcept = 0;

  // Whether collect() may add families that families() does not name (SampleSet::add_family).
  [[nodiscard]] virtual bool has_late_families() const noexcept { return false; }

  // Told before each collect(), on its thread: which of families(), by their places, are wanted.
  // Files that tell of none of them need not be read, and samples of the others are not missed.
  virtual void expect_wanted(const std::vector<bool>& /*families*/) {}

  // Told before each collect(), on its thread: when it is given up, with all its samples. One that
  // waits for what may not answer waits less than that.
  virtual void expect_back_by(SteadyTime /*deadline*/) {}

  // Adds samples to `out`, which was made for families(). A cgroup, device or file that vanished
  // while it was read is left out, without an error. kUnavailable: this machine has no such thing
  // (no error for the user either). Samples added before an error are kept.
  virtual Status collect(SampleSet& out) = 0;
};

}  // namespace supercargo
