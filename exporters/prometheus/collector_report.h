// What the scraper itself tells of its collectors: how long each took, whether it succeeded and
// what this machine does not have.
//
// Owned by the Scraper; collect thread only.
#pragma once

#include <memory>
#include <span>

#include "agent/base/metric_desc.h"
#include "agent/base/sample_set.h"
#include "exporters/prometheus/collector_runner.h"

namespace supercargo {

class CollectorReport {
 public:
  CollectorReport() : own_(own_families()), node_(node_families()) {}

  // Replaces the samples by what the last runs gave.
  void update(std::span<const std::shared_ptr<CollectorSlot>> slots);

  // supercargo_collector_*, of all collectors.
  [[nodiscard]] const SampleSet& own() const { return own_; }

  // node_scrape_collector_*, as node_exporter has them: of the node's collectors.
  [[nodiscard]] const SampleSet& node() const { return node_; }

  [[nodiscard]] static std::span<const MetricDesc> own_families();
  [[nodiscard]] static std::span<const MetricDesc> node_families();

 private:
  SampleSet own_;
  SampleSet node_;
};

}  // namespace supercargo
