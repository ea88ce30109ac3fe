#include "agent/app/kubernetes_part.h"

#include <algorithm>
#include <random>
#include <utility>
#include <variant>

#include "agent/base/log.h"

namespace supercargo {
namespace {

// Those that are shown, and those by which outputs know a pod's tenant.
std::vector<std::string> annotations_to_keep(const AgentConfig& config) {
  std::vector<std::string> keys = config.kubernetes.pod_annotations;
  for (const OutputConfig& output : config.outputs) {
    const auto* const loki = std::get_if<LokiConfig>(&output.kind);
    if (loki != nullptr && !loki->tenant_annotation.empty() &&
        std::ranges::count(keys, loki->tenant_annotation) == 0) {
      keys.push_back(loki->tenant_annotation);
    }
  }
  return keys;
}

}  // namespace

std::shared_ptr<KubernetesPart> KubernetesPart::create(const AgentConfig& config,
                                                       std::shared_ptr<KubernetesPart> before,
                                                       const EnvironmentLookup& environment) {
  if (before != nullptr && before->config_ == config.kubernetes &&
      before->node_name_ == config.node_name &&
      before->annotations_ == annotations_to_keep(config)) {
    return before;
  }
  return std::shared_ptr<KubernetesPart>(new KubernetesPart(config, environment));
}

KubernetesPart::KubernetesPart(const AgentConfig& config, const EnvironmentLookup& environment)
    : config_(config.kubernetes),
      node_name_(config.node_name),
      annotations_(annotations_to_keep(config)) {
  if (config_.api == "off") {
    store_->turn_off("switched off by kubernetes.api");
    return;
  }
  const Status started = start(config, environment);
  if (started) {
    return;
  }
  store_->turn_off(started.error().message);
  log(config_.api == "on" ? LogLevel::kWarn : LogLevel::kInfo,
      "The Kubernetes API is not asked: images, workloads and configured labels stay unknown.",
      {{"reason", started.error().message}});
}

Status KubernetesPart::start(const AgentConfig& config, const EnvironmentLookup& environment) {
  Result<ApiAccess> access = find_api_access(config_, environment);
  if (!access) {
    return std::move(access).error();
  }
  ReflectorOptions options;
  options.node_name = config.node_name;
  options.fields = {config_.pod_labels, annotations_};
  options.seed = std::random_device{}();
  Result<std::unique_ptr<PodWatch>> watch =
      PodWatch::start(std::move(*access), std::move(options), *store_);
  if (!watch) {
    return std::move(watch).error();
  }
  watch_ = std::move(*watch);
  return Ok{};
}

}  // namespace supercargo
