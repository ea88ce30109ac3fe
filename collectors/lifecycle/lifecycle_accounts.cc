#include "collectors/lifecycle/lifecycle_accounts.h"

#include <utility>

#include "agent/base/sample_set.h"

namespace supercargo {
namespace {

std::string rendered(const ContainerName& name) {
  std::string labels;
  append_label(labels, "container", name.container);
  append_label(labels, "namespace", name.pod_namespace);
  append_label(labels, "pod", name.pod);
  return labels;
}

}  // namespace

SharedLabels render_labels(const ContainerName& name) {
  return std::make_shared<const std::string>(rendered(name));
}

LifecycleAccounts::Kept& LifecycleAccounts::counts(const ContainerName& name) {
  Kept& kept = counts_[name];
  if (!kept.shown.labels) {
    kept.shown.labels = render_labels(name);
  }
  return kept;
}

void LifecycleAccounts::killed(const ContainerName& name, std::uint64_t processes) {
  counts(name).shown.oom_kills += processes;
}

void LifecycleAccounts::killed_in_namespace(const std::string& pod_namespace,
                                            std::uint64_t processes) {
  LifecycleSnapshot::Kills& kills = namespaces_[pod_namespace];
  if (!kills.labels) {
    std::string labels;
    append_label(labels, "namespace", pod_namespace);
    kills.labels = std::make_shared<const std::string>(std::move(labels));
  }
  kills.oom_kills += processes;
}

void LifecycleAccounts::ended(const ContainerName& name,
                              std::string_view container_id,
                              std::int64_t end_ns,
                              const FinalSample& final) {
  ++counts(name).shown.exits;
  std::string labels = rendered(name);
  append_label(labels, "container_id", container_id);
  ended_.push_back({std::make_shared<const std::string>(std::move(labels)), end_ns, final});
  if (ended_.size() > kMaxEnded) {
    ended_.pop_front();
    ++ended_left_out_;
  }
}

void LifecycleAccounts::forget(const std::set<ContainerName>& names, std::int64_t now_ns) {
  for (auto kept = counts_.begin(); kept != counts_.end();) {
    const ContainerName& name = kept->first;
    std::int64_t& gone_ns = kept->second.gone_ns;
    if (names.contains(name) || names.contains({name.pod_namespace, name.pod, {}})) {
      gone_ns = 0;
    } else if (gone_ns == 0) {
      gone_ns = now_ns;
    }
    kept = gone_ns != 0 && now_ns - gone_ns > kKeepEndedNs ? counts_.erase(kept) : std::next(kept);
  }
  std::erase_if(ended_, [now_ns](const LifecycleSnapshot::Ended& ended) {
    return now_ns - ended.end_ns > kKeepEndedNs;
  });
}

void LifecycleAccounts::show(LifecycleSnapshot& out) const {
  for (const auto& [name, kept] : counts_) {
    out.counts.push_back(kept.shown);
  }
  for (const auto& [name, kills] : namespaces_) {
    out.namespaces.push_back(kills);
  }
  out.ended.assign(ended_.begin(), ended_.end());
  out.ended_left_out = ended_left_out_;
}

}  // namespace supercargo
