// supercargo_container_*, _ended_container_*, _*_oom_kills: what happened between scrapes.
//
// Shared by agent/app with the Scraper, whose thread calls collect(). Reads no file and changes
// nothing: two scrapers see the same.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "agent/base/collector.h"
#include "collectors/lifecycle/lifecycle_snapshot.h"

namespace supercargo {

class LifecycleCollector final : public Collector {
 public:
  explicit LifecycleCollector(std::shared_ptr<const LifecycleBoard> board)
      : board_(std::move(board)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "lifecycle"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  Status collect(SampleSet& out) override;

 private:
  const std::shared_ptr<const LifecycleBoard> board_;
};

}  // namespace supercargo
