// The ledger as metrics. Owned by the scraper, called on the collect thread.
#pragma once

#include "agent/base/collector.h"
#include "agent/pipeline/ledger.h"

namespace supercargo {

class LedgerCollector : public Collector {
 public:
  // `ledger` outlives the collector.
  explicit LedgerCollector(const Ledger& ledger) : ledger_(ledger) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "ledger"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  const Ledger& ledger_;
};

}  // namespace supercargo
