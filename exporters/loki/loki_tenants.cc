#include "exporters/loki/loki_tenants.h"

#include <utility>

namespace supercargo {

Result<LokiTenants> LokiTenants::create(const LokiConfig& config) {
  LokiTenants made;
  made.default_ = config.tenant;
  for (const LokiTenant& tenant : config.tenants) {
    Result<NamespacePatterns> namespaces = NamespacePatterns::create(tenant.namespaces);
    if (!namespaces) {
      return std::move(namespaces).error().with_context("loki tenant \"" + tenant.tenant + "\"");
    }
    made.rules_.push_back({std::move(*namespaces), tenant.tenant});
  }
  return made;
}

const std::string& LokiTenants::tenant_of(const ContainerInfo& info) const {
  for (const Rule& rule : rules_) {
    if (rule.namespaces.match(info.pod_namespace)) {
      return rule.tenant;
    }
  }
  return default_;
}

}  // namespace supercargo
