// What the API server tells of this node's pods, for as long as the configuration of it stays.
//
// Owned by App, made and destroyed on the main thread. Collectors share the store and may outlive
// the part.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/config/environment.h"
#include "collectors/kubernetes/pod_facts.h"
#include "collectors/kubernetes/pod_watch.h"

namespace supercargo {

class KubernetesPart {
 public:
  // `before` itself where nothing has changed that concerns it: a reload then loses nothing, and
  // series keep the labels that they have. Never fails: what is missing is said in the log, once.
  [[nodiscard]] static std::shared_ptr<KubernetesPart> create(
      const AgentConfig& config,
      std::shared_ptr<KubernetesPart> before,
      const EnvironmentLookup& environment = process_environment());

  [[nodiscard]] std::shared_ptr<const PodStore> store() const { return store_; }

 private:
  KubernetesPart(const AgentConfig& config, const EnvironmentLookup& environment);
  Status start(const AgentConfig& config, const EnvironmentLookup& environment);

  const KubernetesConfig config_;
  const std::string node_name_;
  const std::vector<std::string> annotations_;  // that are kept
  std::shared_ptr<PodStore> store_ = std::make_shared<PodStore>();
  std::unique_ptr<PodWatch> watch_;
};

}  // namespace supercargo
