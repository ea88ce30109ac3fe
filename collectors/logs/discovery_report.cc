#include "collectors/logs/discovery_report.h"

#include "collectors/logs/log_metrics.h"

namespace supercargo {

DiscoveryReport::DiscoveryReport(SelfMetrics& metrics)
    : open_files_(metrics.gauge(log_metrics::kOpenFiles)),
      parked_files_(metrics.gauge(log_metrics::kParkedFiles)),
      deleted_bytes_(metrics.gauge(log_metrics::kDeletedBytes)),
      watches_(metrics.gauge(log_metrics::kWatches)),
      rescans_(metrics.counter(log_metrics::kRescans)),
      overflows_(metrics.counter(log_metrics::kWatchOverflows)),
      errors_(metrics.counter(log_metrics::kScanErrors)),
      shortages_(metrics.counter(log_metrics::kDescriptorShortages)) {}

void DiscoveryReport::rescanned(const State& state) {
  rescans_.Increment();
  open_files_.Set(static_cast<double>(state.open_files));
  parked_files_.Set(static_cast<double>(state.parked_files));
  deleted_bytes_.Set(static_cast<double>(state.deleted_bytes));
  watches_.Set(static_cast<double>(state.watches));
}

void DiscoveryReport::errors(const ScanErrors& errors, SteadyTime now) {
  errors_.Increment(static_cast<double>(errors.count));
  shortages_.Increment(static_cast<double>(errors.no_descriptors));
  std::uint64_t suppressed = 0;
  if (errors.no_descriptors > 0 && shortage_log_.allow(now, suppressed)) {
    log_warn(
        "No file descriptors left: log files are found and read more slowly. Raise the limit "
        "(LimitNOFILE of the unit or the container runtime, sysctl fs.file-max).",
        {{"error", errors.last}, {"errors", errors.no_descriptors}});
  }
  if (errors.count > errors.no_descriptors && error_log_.allow(now, suppressed)) {
    log_warn("Log files cannot be read: their lines go nowhere until they can.",
             {{"error", errors.last}, {"errors", errors.count}});
  }
}

void DiscoveryReport::overflow(SteadyTime now) {
  overflows_.Increment();
  std::uint64_t suppressed = 0;
  if (overflow_log_.allow(now, suppressed)) {
    log_info(
        "The queue of inotify was full: everything is looked at again. More fit with a higher "
        "sysctl fs.inotify.max_queued_events.",
        {{"suppressed", suppressed}});
  }
}

}  // namespace supercargo
