#include "exporters/loki/tenant_table.h"

#include <utility>

#include "agent/config/checks.h"
#include "exporters/loki/loki_settings.h"

namespace supercargo {

Status TenantTable::add(const std::string& tenant) {
  if (numbers_.contains(tenant)) {
    return Ok{};
  }
  Result<std::vector<std::string>> headers = loki_headers(config_, tenant);
  if (!headers) {
    return std::move(headers).error();
  }
  numbers_[tenant] = static_cast<std::uint32_t>(headers_.size());
  headers_.push_back(std::move(*headers));
  return Ok{};
}

Result<TenantTable> TenantTable::create(const LokiConfig& config,
                                        std::shared_ptr<const PodAnnotations> annotations) {
  Result<LokiTenants> rules = LokiTenants::create(config);
  if (!rules) {
    return std::move(rules).error();
  }
  TenantTable table(config,
                    std::move(*rules),
                    config.tenant_annotation.empty() ? nullptr : std::move(annotations));
  if (Status status = table.add(config.tenant); !status) {
    return std::move(status).error();
  }
  for (const LokiTenant& tenant : config.tenants) {
    if (Status status = table.add(tenant.tenant); !status) {
      return std::move(status).error();
    }
  }
  return table;
}

void TenantTable::extend(std::vector<TenantMemory>& memories) const {
  for (std::size_t number = memories.size(); number < headers_.size(); ++number) {
    TenantMemory& made = memories.emplace_back();
    made.headers = headers_[number];
    made.labels = LearnedLabels(config_.max_labels);
    made.configured_stream_rate = config_.stream_bytes_per_second;
  }
}

// False, and said, where it is no name or one too many.
bool TenantTable::take_annotated(const ContainerInfo& container, const std::string& tenant) {
  const bool known = numbers_.contains(tenant);
  std::string error = known ? "" : config::check_tenant(tenant);
  if (error.empty() && !known && headers_.size() >= kMaxTenants) {
    error = "there are more tenants than this agent keeps apart";
  }
  if (error.empty() && add(tenant)) {
    return true;
  }
  if (std::uint64_t suppressed = 0; log_->allow(steady_now(), suppressed)) {
    log_warn("A pod's annotation names no tenant: its lines go to the tenant of its namespace.",
             {{"namespace", container.pod_namespace},
              {"pod", container.pod},
              {"annotation", config_.tenant_annotation},
              {"error", error},
              {"suppressed", suppressed}});
  }
  return false;
}

std::uint32_t TenantTable::of(const Batch& batch) {
  if (headers_.size() == 1 && annotations_ == nullptr) {
    return 0;
  }
  const auto known = of_container_.find(batch.container_key);
  if (known != of_container_.end()) {
    return known->second;
  }
  PodAnnotation annotated;
  if (annotations_ != nullptr) {
    annotated = annotations_->find(batch.container, config_.tenant_annotation);
  }
  const bool own = !annotated.value.empty() && take_annotated(batch.container, annotated.value);
  const std::uint32_t number =
      numbers_.at(own ? annotated.value : rules_.tenant_of(batch.container));
  if (annotated.coming) {
    return number;  // until more is known
  }
  if (of_container_.size() >= kMaxContainers) {
    of_container_.clear();
  }
  of_container_[batch.container_key] = number;
  return number;
}

}  // namespace supercargo
