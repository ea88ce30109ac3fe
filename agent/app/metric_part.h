// Everything between kernel files and /metrics, for one configuration.
//
// Owned by App, made and destroyed on the main thread; the collectors belong to the scraper's
// collect thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/host_paths.h"
#include "agent/base/result.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/ledger.h"
#include "collectors/kubernetes/pod_facts.h"
#include "collectors/lifecycle/lifecycle_snapshot.h"
#include "exporters/prometheus/scraper.h"

namespace supercargo {

class MetricPart {
 public:
  // An error (kConfig) says which filter cannot be compiled. Requires: all references outlive it.
  [[nodiscard]] static Result<std::unique_ptr<MetricPart>> create(
      const AgentConfig& config,
      const HostPaths& host,
      const Ledger& ledger,
      const SelfMetrics& metrics,
      const std::shared_ptr<const PodStore>& facts,
      std::shared_ptr<const LifecycleBoard> lifecycle);
  MetricPart(const MetricPart&) = delete;
  MetricPart& operator=(const MetricPart&) = delete;

  [[nodiscard]] Scraper& scraper() { return *scraper_; }

  // The collect thread has not worked on one scrape for too long. `why` says for how long.
  [[nodiscard]] bool healthy(SteadyTime now, std::string& why) const;

 private:
  MetricPart() = default;

  std::unique_ptr<Scraper> scraper_;
};

// What the configuration's own checks cannot tell: names of collectors.
[[nodiscard]] Status check_metrics(const AgentConfig& config);

// METRICS.md.
[[nodiscard]] std::string metrics_markdown();

}  // namespace supercargo
