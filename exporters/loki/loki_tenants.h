// Whose a container's logs are: the tenant that Loki is told.
//
// Made once from the configuration; then a value that never changes. Any thread. A name is matched
// with patterns each time: keep the answer for a container.
#pragma once

#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/namespace_patterns.h"
#include "agent/pipeline/record.h"

namespace supercargo {

class LokiTenants {
 public:
  // kConfig: a pattern that is none.
  [[nodiscard]] static Result<LokiTenants> create(const LokiConfig& config);

  // The first of `tenants` that has a pattern for the container's namespace, else `tenant`; empty:
  // none is to be told. Valid as long as this.
  [[nodiscard]] const std::string& tenant_of(const ContainerInfo& info) const;

 private:
  struct Rule {
    NamespacePatterns namespaces;
    std::string tenant;
  };

  LokiTenants() = default;

  std::vector<Rule> rules_;
  std::string default_;
};

}  // namespace supercargo
