// supercargo_pod_*: what the API server tells of this node's pods; supercargo_kubernetes_*: how the
// watch itself is doing.
//
// Owned by the scraper; collect thread.
#pragma once

#include <memory>
#include <utility>

#include "agent/base/collector.h"
#include "collectors/kubernetes/pod_facts.h"

namespace supercargo {

class PodInfoCollector final : public Collector {
 public:
  // `annotations`: which of those that the store keeps are shown.
  PodInfoCollector(std::shared_ptr<const PodStore> store, std::vector<std::string> annotations)
      : store_(std::move(store)), annotations_(std::move(annotations)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "kubernetes"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable, with the reason, where the API server is not asked.
  Status collect(SampleSet& out) override { return collect_at(out, steady_now()); }

  Status collect_at(SampleSet& out, SteadyTime now);

 private:
  [[nodiscard]] TextByName shown(const TextByName& kept) const;

  const std::shared_ptr<const PodStore> store_;
  const std::vector<std::string> annotations_;
};

}  // namespace supercargo
