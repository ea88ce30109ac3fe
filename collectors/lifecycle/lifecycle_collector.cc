#include "collectors/lifecycle/lifecycle_collector.h"

#include "collectors/lifecycle/lifecycle_families.h"

namespace supercargo {
namespace {

using namespace lifecycle_family;  // NOLINT(google-build-using-namespace): the table of this file's
                                   // families

template <class Number>
double real(Number number) {
  return static_cast<double>(number);
}

void add_peaks(const LifecycleSnapshot::Peaks& peaks, SampleSet& out) {
  const SampleSet::LabelBlock labels = out.add_labels(*peaks.labels);
  out.add(kCpuPeak, labels, peaks.cpu_cores);
  out.add(kMemoryPeak, labels, peaks.memory_bytes);
  if (peaks.throttled_ratio) {
    out.add(kThrottledRatio, labels, *peaks.throttled_ratio);
  }
  if (peaks.throttled_seconds) {
    out.add(kThrottledSeconds, labels, *peaks.throttled_seconds);
  }
}

void add_counts(const LifecycleSnapshot::Counts& counts, SampleSet& out) {
  const SampleSet::LabelBlock labels = out.add_labels(*counts.labels);
  out.add(kStarts, labels, real(counts.starts));
  out.add(kExits, labels, real(counts.exits));
  out.add(kContainerOomKills, labels, real(counts.oom_kills));
}

void add_ended(const LifecycleSnapshot::Ended& ended, SampleSet& out) {
  const SampleSet::LabelBlock labels = out.add_labels(*ended.labels);
  if (ended.final.cpu_seconds) {
    out.add(kEndedCpu, labels, *ended.final.cpu_seconds);
  }
  if (ended.final.memory_peak_bytes) {
    out.add(kEndedMemoryPeak, labels, *ended.final.memory_peak_bytes);
  }
  out.add(kEndedOomKills, labels, real(ended.final.oom_kills));
  out.add(kEndedLifetime, labels, ended.final.lifetime_seconds);
  out.add(kEndedTime, labels, real(ended.end_ns) / 1e9);
}

void add_events(const LifecycleSnapshot& snapshot, SampleSet& out) {
  for (std::size_t kind = 0; kind < kLifecycleKinds; ++kind) {
    out.add(kEvents,
            out.add_labels({{"event", lifecycle_kind_name(static_cast<LifecycleKind>(kind))}}),
            real(snapshot.events.at(kind)));
  }
  out.add(kEventsDropped, SampleSet::kNoLabels, real(snapshot.events_dropped));
}

}  // namespace

std::span<const MetricDesc> LifecycleCollector::families() const noexcept {
  return kAll;
}

Status LifecycleCollector::collect(SampleSet& out) {
  const std::shared_ptr<const LifecycleSnapshot> snapshot = board_->snapshot();
  if (!snapshot) {
    return Error{ErrorCode::kUnavailable, "nothing watches the containers"};
  }
  for (const LifecycleSnapshot::Peaks& peaks : snapshot->peaks) {
    add_peaks(peaks, out);
  }
  for (const LifecycleSnapshot::Counts& counts : snapshot->counts) {
    add_counts(counts, out);
  }
  for (const LifecycleSnapshot::Kills& pod : snapshot->pods) {
    out.add(kPodOomKills, out.add_labels(*pod.labels), real(pod.oom_kills));
  }
  for (const LifecycleSnapshot::Kills& of_namespace : snapshot->namespaces) {
    out.add(kNamespaceOomKills, out.add_labels(*of_namespace.labels), real(of_namespace.oom_kills));
  }
  for (const LifecycleSnapshot::Ended& ended : snapshot->ended) {
    add_ended(ended, out);
  }
  out.add(kEndedLeftOut, SampleSet::kNoLabels, real(snapshot->ended_left_out));
  add_events(*snapshot, out);
  return Ok{};
}

}  // namespace supercargo
