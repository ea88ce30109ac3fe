#include "exporters/loki/tenant_table.h"

#include "exporters/loki/loki_settings.h"

namespace supercargo {

Status TenantTable::add(const LokiConfig& config, const std::string& tenant) {
  if (numbers_.contains(tenant)) {
    return Ok{};
  }
  Result<std::vector<std::string>> headers = loki_headers(config, tenant);
  if (!headers) {
    return std::move(headers).error();
  }
  numbers_[tenant] = static_cast<std::uint32_t>(headers_.size());
  headers_.push_back(std::move(*headers));
  return Ok{};
}

Result<TenantTable> TenantTable::create(const LokiConfig& config) {
  Result<LokiTenants> rules = LokiTenants::create(config);
  if (!rules) {
    return std::move(rules).error();
  }
  TenantTable table(std::move(*rules), config.stream_bytes_per_second);
  if (Status status = table.add(config, config.tenant); !status) {
    return std::move(status).error();
  }
  for (const LokiTenant& tenant : config.tenants) {
    if (Status status = table.add(config, tenant.tenant); !status) {
      return std::move(status).error();
    }
  }
  return table;
}

std::vector<TenantMemory> TenantTable::memories() const {
  std::vector<TenantMemory> made(headers_.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i].headers = headers_[i];
    made[i].configured_stream_rate = stream_rate_;
  }
  return made;
}

std::uint32_t TenantTable::of(const Batch& batch) {
  if (headers_.size() == 1) {
    return 0;
  }
  const auto known = of_container_.find(batch.container_key);
  if (known != of_container_.end()) {
    return known->second;
  }
  if (of_container_.size() >= kMaxContainers) {
    of_container_.clear();
  }
  const std::uint32_t number = numbers_.at(rules_.tenant_of(batch.container));
  of_container_[batch.container_key] = number;
  return number;
}

}  // namespace supercargo
