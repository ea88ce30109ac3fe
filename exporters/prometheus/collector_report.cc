#include "exporters/prometheus/collector_report.h"

#include <array>
#include <string_view>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kCollector{"collector"};
constexpr std::array<std::string_view, 2> kCollectorReason{"collector", "reason"};

enum OwnFamily : std::uint8_t { kDuration, kSuccess, kUnavailable };

constexpr std::array<MetricDesc, 3> kOwnFamilies{{
    {"supercargo_collector_duration_seconds",
     "How long the collector's last run took; of a stuck one, how long it was waited for.",
     MetricKind::kGauge,
     kCollector},
    {"supercargo_collector_success",
     "1 when the collector's last run had no error (a thing that this machine lacks is none).",
     MetricKind::kGauge,
     kCollector},
    {"supercargo_collector_unavailable",
     "1 for a collector that leaves families out because this machine or setup lacks something.",
     MetricKind::kGauge,
     kCollectorReason},
}};

enum NodeFamily : std::uint8_t { kNodeDuration, kNodeSuccess };

constexpr std::array<MetricDesc, 2> kNodeFamilies{{
    {"node_scrape_collector_duration_seconds",
     "How long the collector's last run took.",
     MetricKind::kGauge,
     kCollector},
    {"node_scrape_collector_success",
     "Whether the collector succeeded.",
     MetricKind::kGauge,
     kCollector},
}};

}  // namespace

std::span<const MetricDesc> CollectorReport::own_families() {
  return kOwnFamilies;
}

std::span<const MetricDesc> CollectorReport::node_families() {
  return kNodeFamilies;
}

void CollectorReport::update(std::span<const std::shared_ptr<CollectorSlot>> slots) {
  own_.clear();
  node_.clear();
  for (const auto& slot : slots) {
    if (!slot->last) {
      continue;
    }
    const CollectorRun& run = *slot->last;
    const bool ok = run.outcome == CollectorRun::Outcome::kOk;
    const bool unavailable = run.outcome == CollectorRun::Outcome::kUnavailable;
    const std::string_view name = slot->collector->name();
    const auto labels = own_.add_labels({{"collector", name}});
    own_.add(kDuration, labels, run.seconds);
    own_.add(kSuccess, labels, ok || unavailable ? 1 : 0);
    if (unavailable) {
      own_.add(kUnavailable, own_.add_labels({{"collector", name}, {"reason", run.message}}), 1);
    }
    if (slot->group == MetricGroup::kNode) {
      const auto node_labels = node_.add_labels({{"collector", name}});
      node_.add(kNodeDuration, node_labels, run.seconds);
      node_.add(kNodeSuccess, node_labels, ok ? 1 : 0);
    }
  }
}

}  // namespace supercargo
