#include "exporters/prometheus/collector_report.h"

#include <array>
#include <string_view>

#include "agent/base/version.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kCollector{"collector"};
constexpr std::array<std::string_view, 2> kCollectorReason{"collector", "reason"};

enum OwnFamily : std::uint8_t {
  kDuration,
  kSuccess,
  kUnavailable,
  kLeftOut,
  kSeries,
  kLeftOutSeries,
};

constexpr std::array<std::string_view, 2> kCauseFamily{"cause", "family"};

constexpr std::array<MetricDesc, 6> kOwnFamilies{{
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
    {"supercargo_collector_left_out_families",
     "Families that the collector's last run gave but /metrics leaves out: the name is another's.",
     MetricKind::kGauge,
     kCollector},
    {"supercargo_metrics_series",
     "Series that are exposed, but for those that tell of collectors and of what is left out.",
     MetricKind::kGauge},
    {"supercargo_metrics_left_out_series",
     "Series that were collected and are not exposed: by metrics.profile (all families together), "
     "by patterns over families or labels, or by metrics.max_series. Files that tell of hidden "
     "families only are not read, and so not counted.",
     MetricKind::kGauge,
     kCauseFamily},
}};

constexpr std::array<std::string_view, 6> kBuildLabels{
    "branch", "goarch", "goos", "goversion", "revision", "version"};

enum NodeFamily : std::uint8_t { kNodeDuration, kNodeSuccess, kNodeBuild };

constexpr std::array<MetricDesc, 3> kNodeFamilies{{
    {"node_scrape_collector_duration_seconds",
     "node_exporter: Duration of a collector scrape.",
     MetricKind::kGauge,
     kCollector},
    {"node_scrape_collector_success",
     "node_exporter: Whether a collector succeeded.",
     MetricKind::kGauge,
     kCollector},
    {"node_exporter_build_info",
     "A metric with a constant '1' value labeled by version, revision, branch, goversion from "
     "which node_exporter was built, and the goos and goarch for the build.",
     MetricKind::kGauge,
     kBuildLabels},
}};

// As Go names it.
#if defined(__x86_64__)
constexpr std::string_view kArchitecture = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view kArchitecture = "arm64";
#else
constexpr std::string_view kArchitecture = "";
#endif

}  // namespace

std::span<const MetricDesc> CollectorReport::own_families() {
  return kOwnFamilies;
}

std::span<const MetricDesc> CollectorReport::node_families() {
  return kNodeFamilies;
}

void CollectorReport::add_node_samples(std::string_view collector, const CollectorRun& run) {
  const auto labels = node_.add_labels({{"collector", collector}});
  node_.add(kNodeDuration, labels, run.seconds);
  node_.add(kNodeSuccess, labels, run.outcome == CollectorRun::Outcome::kOk ? 1 : 0);
}

std::uint64_t CollectorReport::most_series(std::span<const std::shared_ptr<CollectorSlot>> slots,
                                           const Exposition& exposition) {
  std::uint64_t series = 2;  // supercargo_metrics_series, node_exporter_build_info
  for (const auto& slot : slots) {
    if (!slot->last) {
      continue;
    }
    series += 2;
    series += slot->last->outcome == CollectorRun::Outcome::kUnavailable ? 1U : 0U;
    series += exposition.left_out(*slot) > 0 ? 1U : 0U;
    series += slot->group == MetricGroup::kNode ? 2U : 0U;
  }
  return series;
}

void CollectorReport::update(std::span<const std::shared_ptr<CollectorSlot>> slots,
                             const Exposition& exposition) {
  own_.clear();
  node_.clear();
  node_.add(kNodeBuild,
            node_.add_labels({{"branch", ""},
                              {"goarch", kArchitecture},
                              {"goos", "linux"},
                              {"goversion", ""},
                              {"revision", ""},
                              {"version", kVersion}}),
            1);
  own_.add(kSeries, SampleSet::kNoLabels, static_cast<double>(exposition.series()));
  for (const LeftOutSeries& one : exposition.left_out_series()) {
    own_.add(kLeftOutSeries,
             own_.add_labels({{"cause", cause_name(one.cause)}, {"family", one.family}}),
             static_cast<double>(one.series));
  }
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
    if (const std::size_t left_out = exposition.left_out(*slot); left_out > 0) {
      own_.add(kLeftOut, labels, static_cast<double>(left_out));
    }
    if (slot->group == MetricGroup::kNode) {
      add_node_samples(name, run);
    }
  }
}

}  // namespace supercargo
