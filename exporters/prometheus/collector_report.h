// What the scraper itself tells of its collectors: how long each took, whether it succeeded and
// what this machine does not have; and node_exporter_build_info, by which dashboards find the
// nodes.
//
// Owned by the Scraper; collect thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "agent/base/metric_desc.h"
#include "agent/base/sample_set.h"
#include "exporters/prometheus/collector_runner.h"
#include "exporters/prometheus/exposition.h"

namespace supercargo {

class CollectorReport {
 public:
  CollectorReport() : own_(own_families()), node_(node_families()) {}

  // Replaces the samples by what the last runs gave and `exposition` shows of them.
  void update(std::span<const std::shared_ptr<CollectorSlot>> slots, const Exposition& exposition);

  // At most so many series come of it, but for those that tell what is left out.
  [[nodiscard]] static std::uint64_t most_series(
      std::span<const std::shared_ptr<CollectorSlot>> slots, const Exposition& exposition);

  // supercargo_collector_*, of all collectors.
  [[nodiscard]] const SampleSet& own() const { return own_; }

  // node_scrape_collector_*, as node_exporter has them: of the node's collectors. And
  // node_exporter_build_info, with the agent's version.
  [[nodiscard]] const SampleSet& node() const { return node_; }

  [[nodiscard]] static std::span<const MetricDesc> own_families();
  [[nodiscard]] static std::span<const MetricDesc> node_families();

 private:
  void add_node_samples(std::string_view collector, const CollectorRun& run);

  SampleSet own_;
  SampleSet node_;
};

}  // namespace supercargo
