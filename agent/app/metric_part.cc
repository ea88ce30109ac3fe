#include "agent/app/metric_part.h"

#include <algorithm>
#include <utility>

#include "agent/app/config_metrics.h"
#include "agent/app/lifecycle_part.h"
#include "agent/app/memory_budget.h"
#include "agent/base/version.h"
#include "agent/pipeline/ledger_collector.h"
#include "agent/pipeline/pipeline_metrics.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "collectors/cgroup/machine_collector.h"
#include "collectors/kubernetes/pod_info_collector.h"
#include "collectors/lifecycle/lifecycle_collector.h"
#include "collectors/logs/log_metrics.h"
#include "collectors/node/container_filesystem.h"
#include "collectors/node/node_collectors.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/loki/loki_counters.h"
#include "exporters/prometheus/collector_report.h"
#include "exporters/prometheus/metrics_reference.h"
#include "exporters/prometheus/process_collector.h"

namespace supercargo {
namespace {

// No scrape may take longer than one minute; one that comes meanwhile waits for its end.
constexpr std::chrono::seconds kWatchdog{120};

NodeOptions node_options(const AgentConfig& config, const HostPaths& host) {
  const bool full = parse_metrics_profile(config.metrics.profile) == MetricsProfile::kFull;
  return {host, config.metrics.node, full};
}

// One that hangs outlives its scraper, and so must the names that it looks up.
struct NamedCgroups {
  NamedCgroups(const AgentConfig& config,
               const HostPaths& host,
               const std::shared_ptr<const PodStore>& facts)
      : pods(host, config.node_name, host_log_directory(config)),
        collector(
            host,
            pods,
            CgroupOptions{.max_open_files = kept_cgroup_files(config.memory_limit_bytes).of_scrapes,
                          .facts = facts}) {}

  PodIndex pods;
  CgroupCollector collector;
};

std::shared_ptr<Collector> make_cgroup_collector(const AgentConfig& config,
                                                 const HostPaths& host,
                                                 const std::shared_ptr<const PodStore>& facts) {
  const auto named = std::make_shared<NamedCgroups>(config, host, facts);
  return {named, &named->collector};
}

Result<Selection> make_selection(const MetricsConfig& metrics, const NodeOptions& node) {
  return Selection::create({
      .mode = parse_metrics_mode(metrics.mode).value_or(MetricsMode::kAll),
      .profile = parse_metrics_profile(metrics.profile).value_or(MetricsProfile::kDefault),
      .asked_families = families_asked_for(node),
      .include_families = metrics.include_families,
      .exclude_families = metrics.exclude_families,
      .include_labels = metrics.include_labels,
      .exclude_labels = metrics.exclude_labels,
      .max_series = metrics.max_series,
  });
}

std::vector<GroupedCollector> make_collectors(const AgentConfig& config,
                                              const NodeOptions& node,
                                              const HostPaths& host,
                                              const std::shared_ptr<const PodStore>& facts,
                                              std::shared_ptr<const LifecycleBoard> lifecycle,
                                              const Ledger& ledger) {
  std::vector<GroupedCollector> collectors;
  collectors.push_back({MetricGroup::kContainer, make_cgroup_collector(config, host, facts)});
  collectors.push_back({MetricGroup::kContainer, std::make_shared<MachineCollector>(host)});
  collectors.push_back(
      {MetricGroup::kContainer, std::make_shared<LifecycleCollector>(std::move(lifecycle))});
  collectors.push_back(
      {MetricGroup::kContainer, std::make_shared<ContainerFilesystemCollector>(node)});
  for (std::unique_ptr<Collector>& collector : make_node_collectors(node)) {
    collectors.push_back({MetricGroup::kNode, std::move(collector)});
  }
  collectors.push_back(
      {MetricGroup::kSelf,
       std::make_shared<ProcessCollector>(BuildInfo{std::string(kVersion), {}, config.node_name})});
  collectors.push_back({MetricGroup::kSelf, std::make_shared<LedgerCollector>(ledger)});
  collectors.push_back(
      {MetricGroup::kSelf,
       std::make_shared<PodInfoCollector>(facts, config.kubernetes.pod_annotations)});
  return collectors;
}

}  // namespace

Status check_metrics(const AgentConfig& config) {
  return check_node_options(node_options(config, {}));
}

Result<std::unique_ptr<MetricPart>> MetricPart::create(
    const AgentConfig& config,
    const HostPaths& host,
    const Ledger& ledger,
    const SelfMetrics& metrics,
    const std::shared_ptr<const PodStore>& facts,
    std::shared_ptr<const LifecycleBoard> lifecycle) {
  const NodeOptions node = node_options(config, host);
  if (Status checked = check_node_options(node); !checked) {
    return std::move(checked).error();
  }
  Result<Selection> selection = make_selection(config.metrics, node);
  if (!selection) {
    return std::move(selection).error();
  }
  std::unique_ptr<MetricPart> part(new MetricPart);
  part->scraper_ = std::make_unique<Scraper>(
      make_collectors(config, node, host, facts, std::move(lifecycle), ledger),
      metrics,
      std::move(*selection));
  return part;
}

bool MetricPart::healthy(SteadyTime now, std::string& why) const {
  const std::optional<SteadyTime> since = scraper_->busy_since();
  if (!since || now - *since <= kWatchdog) {
    return true;
  }
  const auto stuck = std::chrono::duration_cast<std::chrono::seconds>(now - *since);
  why = "thread collect has not moved for " + std::to_string(stuck.count()) + " s";
  return false;
}

namespace {

constexpr std::string_view kItself = "the agent itself";

std::string_view source_of(std::string_view collector) {
  if (collector == "container_filesystem") {
    return "/proc/1/mountinfo, statfs(2)";
  }
  if (collector == "kubernetes") {
    return "the Kubernetes API";
  }
  if (collector == "process") {
    return "/proc/self";
  }
  const auto infos = node_collector_infos();
  const auto found = std::ranges::find(infos, collector, &NodeCollectorInfo::name);
  return found == infos.end() ? kItself : found->source;
}

}  // namespace

// All families there are, whatever the profile. They are asked of collectors on a machine without
// any files: what they say then is what is documented.
std::string metrics_markdown() {
  HostPaths nowhere;
  nowhere.root = nowhere.proc = nowhere.sys = nowhere.cgroup = nowhere.run = "/nonexistent";
  const Ledger ledger;
  const std::vector<GroupedCollector> collectors =
      make_collectors(AgentConfig{},
                      NodeOptions{nowhere, {}, true},
                      nowhere,
                      std::make_shared<PodStore>(),
                      std::make_shared<LifecycleBoard>(),
                      ledger);
  std::vector<ReferenceSection> sections;
  sections.reserve(collectors.size());
  for (const GroupedCollector& grouped : collectors) {
    const std::string_view name = grouped.collector->name();
    sections.push_back({name, grouped.collector->families(), source_of(name)});
  }
  sections.push_back({"every collector", CollectorReport::own_families(), kItself});
  sections.push_back({"every node collector", CollectorReport::node_families(), kItself});
  sections.push_back({"the configuration", config_metrics::kAll, kItself});
  sections.push_back({"outputs", pipeline_metrics::kOutputFamilies, kItself});
  sections.push_back({"log files", log_metrics::kAll, kItself});
  sections.push_back({"loki outputs", loki_metric_descs(), kItself});
  sections.push_back({"gelf outputs", gelf_metric_descs(), kItself});
  return metrics_reference_markdown(sections);
}

}  // namespace supercargo
