// The tenants of an output by number, and whose each container is.
//
// Owned by a LokiSender, on its output's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/pod_annotations.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/loki_tenants.h"
#include "exporters/loki/tenant_memory.h"

namespace supercargo {

class TenantTable {
 public:
  static constexpr std::size_t kMaxContainers = 4096;
  // Annotations of pods name no more than that.
  static constexpr std::size_t kMaxTenants = 1024;

  // kConfig: a name or a header that HTTP cannot carry, or a pattern that is none.
  [[nodiscard]] static Result<TenantTable> create(
      const LokiConfig& config, std::shared_ptr<const PodAnnotations> annotations = nullptr);

  // A fresh memory for each of them that has none: at least one.
  void extend(std::vector<TenantMemory>& memories) const;

  // Whose the batch's container is: perhaps a new one, at the end of the table.
  [[nodiscard]] std::uint32_t of(const Batch& batch);

 private:
  TenantTable(const LokiConfig& config,
              LokiTenants rules,
              std::shared_ptr<const PodAnnotations> annotations)
      : config_(config), rules_(std::move(rules)), annotations_(std::move(annotations)) {}

  Status add(const std::string& tenant);
  bool take_annotated(const ContainerInfo& container, const std::string& tenant);

  LokiConfig config_;
  LokiTenants rules_;
  std::shared_ptr<const PodAnnotations> annotations_;  // null: none decides
  std::unique_ptr<LogLimiter> log_ = std::make_unique<LogLimiter>();
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::vector<std::string>> headers_;  // by number
  std::unordered_map<std::uint64_t, std::uint32_t> of_container_;
};

}  // namespace supercargo
