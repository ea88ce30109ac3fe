#include "collectors/kubernetes/pod_info_collector.h"

#include <array>
#include <string>

namespace supercargo {
namespace {

enum Family : std::size_t {
  kPodInfo,
  kPodLabels,
  kPodAnnotations,
  kConnected,
  kEvents,
  kRelists,
  kFailures,
  kSkipped,
  kLastEventAge,
  kPods,
  kFamilyCount,
};

constexpr std::array<std::string_view, 8> kInfoLabels{"namespace",
                                                      "pod",
                                                      "pod_uid",
                                                      "owner_kind",
                                                      "owner",
                                                      "workload_kind",
                                                      "workload",
                                                      "host_network"};
constexpr std::array<std::string_view, 3> kPodLabelNames{"namespace", "pod", "pod_uid"};
constexpr std::array<std::string_view, 1> kType{"type"};
constexpr std::array<std::string_view, 1> kReason{"reason"};

constexpr std::array<MetricDesc, kFamilyCount> kFamilies{{
    {"supercargo_pod_info",
     "1 for each pod of this node, with the workload that people deployed and what made the pod.",
     MetricKind::kGauge,
     kInfoLabels},
    {"supercargo_pod_labels",
     "1 for each pod that has one of kubernetes.pod_labels, each of those as label_<name>.",
     MetricKind::kGauge,
     kPodLabelNames},
    {"supercargo_pod_annotations",
     "1 for each pod that has one of kubernetes.pod_annotations, each of those as "
     "annotation_<name>.",
     MetricKind::kGauge,
     kPodLabelNames},
    {"supercargo_kubernetes_watch_connected",
     "1 while a watch of the API server is open.",
     MetricKind::kGauge},
    {"supercargo_kubernetes_watch_events_total",
     "Events of the watch by type: added, modified, deleted, bookmark, error.",
     MetricKind::kCounter,
     kType},
    {"supercargo_kubernetes_relists_total",
     "Times that all pods were asked for anew: the server had forgotten where the watch was "
     "(gone), or watches kept failing (failures).",
     MetricKind::kCounter,
     kReason},
    {"supercargo_kubernetes_request_failures_total",
     "Requests to the API server that failed, by reason; denied: a ClusterRole is missing.",
     MetricKind::kCounter,
     kReason},
    {"supercargo_kubernetes_pods_skipped_total",
     "Pods in answers that were not taken, by reason: too_large, too_many, unreadable.",
     MetricKind::kCounter,
     kReason},
    {"supercargo_kubernetes_last_event_age_seconds",
     "Time since the API server last told anything; bookmarks come about once a minute.",
     MetricKind::kGauge},
    {"supercargo_kubernetes_pods", "Pods of this node that are known.", MetricKind::kGauge},
}};

void append_pod(std::string& block, const ApiPod& pod) {
  append_label(block, "namespace", pod.pod_namespace);
  append_label(block, "pod", pod.name);
  append_label(block, "pod_uid", pod.uid_in_paths());
}

void add_info(const ApiPod& pod, std::string& block, SampleSet& out) {
  block.clear();
  append_pod(block, pod);
  append_label(block, "owner_kind", pod.owner.kind);
  append_label(block, "owner", pod.owner.name);
  append_label(block, "workload_kind", pod.workload.kind);
  append_label(block, "workload", pod.workload.name);
  append_label(block, "host_network", pod.host_network ? "true" : "false");
  out.add(kPodInfo, out.add_labels(block), 1);
}

void add_texts(Family family,
               const ApiPod& pod,
               const TextByName& texts,
               std::string_view prefix,
               std::string& block,
               SampleSet& out) {
  if (texts.empty()) {
    return;
  }
  block.clear();
  append_pod(block, pod);
  for (const auto& [name, value] : texts) {
    append_label(block, std::string(prefix).append(label_name_of(name)), value);
  }
  out.add(family, out.add_labels(block), 1);
}

void add_reasons(Family family,
                 const std::map<std::string, std::uint64_t>& counts,
                 SampleSet& out) {
  for (const auto& [reason, count] : counts) {
    out.add(family, out.add_labels({{"reason", reason}}), static_cast<double>(count));
  }
}

void add_status(const WatchStatus& status, SteadyTime now, SampleSet& out) {
  out.add(kConnected, SampleSet::kNoLabels, status.connected ? 1 : 0);
  for (std::size_t i = 0; i < status.events.size(); ++i) {
    const std::string_view type = event_type_name(static_cast<WatchEvent::Type>(i));
    out.add(kEvents, out.add_labels({{"type", type}}), static_cast<double>(status.events[i]));
  }
  add_reasons(kRelists, status.relists, out);
  add_reasons(kFailures, status.failures, out);
  add_reasons(kSkipped,
              {{"too_large", status.too_large},
               {"too_many", status.too_many},
               {"unreadable", status.unreadable}},
              out);
  if (status.last_event) {
    out.add(kLastEventAge,
            SampleSet::kNoLabels,
            std::chrono::duration<double>(now - *status.last_event).count());
  }
}

}  // namespace

std::span<const MetricDesc> PodInfoCollector::families() const noexcept {
  return kFamilies;
}

TextByName PodInfoCollector::shown(const TextByName& kept) const {
  TextByName texts;
  for (const std::string& key : annotations_) {
    if (const auto found = kept.find(key); found != kept.end()) {
      texts.insert(*found);
    }
  }
  return texts;
}

Status PodInfoCollector::collect_at(SampleSet& out, SteadyTime now) {
  const std::shared_ptr<const PodFacts> facts = store_->facts();
  const WatchStatus status = store_->status();
  const bool asked = facts->state != PodFacts::State::kOff || !status.failures.empty();
  if (asked) {
    add_status(status, now, out);
    out.add(kPods, SampleSet::kNoLabels, static_cast<double>(facts->pods.size()));
  }
  std::string block;
  for (const auto& [uid, pod] : facts->pods) {
    add_info(*pod, block, out);
    add_texts(kPodLabels, *pod, pod->labels, "label_", block, out);
    add_texts(kPodAnnotations, *pod, shown(pod->annotations), "annotation_", block, out);
  }
  if (facts->state == PodFacts::State::kOff) {
    return Error{ErrorCode::kUnavailable, facts->why};
  }
  return Ok{};
}

}  // namespace supercargo
