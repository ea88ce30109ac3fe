#include "exporters/loki/loki_tenants.h"

#include <string_view>

#include <re2/re2.h>

namespace supercargo {
namespace {

std::string expression_of_glob(std::string_view glob) {
  std::string expression;
  for (const char c : glob) {
    if (c == '*') {
      expression += ".*";
    } else if (c == '?') {
      expression += '.';
    } else {
      expression += RE2::QuoteMeta(re2::StringPiece(&c, 1));
    }
  }
  return expression;
}

std::string expression_of(std::string_view pattern) {
  const bool is_expression =
      pattern.size() >= 2 && pattern.starts_with('/') && pattern.ends_with('/');
  return is_expression ? std::string(pattern.substr(1, pattern.size() - 2))
                       : expression_of_glob(pattern);
}

// One expression for all patterns of a rule: a name is matched in one pass.
std::string expression_of(const std::vector<std::string>& patterns) {
  std::string all;
  for (const std::string& pattern : patterns) {
    all.append(all.empty() ? "(?:" : "|(?:").append(expression_of(pattern)).append(")");
  }
  return all;
}

}  // namespace

LokiTenants::LokiTenants(LokiTenants&&) noexcept = default;
LokiTenants& LokiTenants::operator=(LokiTenants&&) noexcept = default;
LokiTenants::~LokiTenants() = default;

Result<LokiTenants> LokiTenants::create(const LokiConfig& config) {
  RE2::Options options;
  options.set_log_errors(false);
  LokiTenants made;
  made.default_ = config.tenant;
  for (const LokiTenant& tenant : config.tenants) {
    auto expression = std::make_unique<RE2>(expression_of(tenant.namespaces), options);
    if (!expression->ok()) {
      return Error{ErrorCode::kConfig,
                   "loki tenant \"" + tenant.tenant + "\": " + expression->error()};
    }
    if (!tenant.namespaces.empty()) {
      made.rules_.push_back({std::move(expression), tenant.tenant});
    }
  }
  return made;
}

const std::string& LokiTenants::tenant_of(const ContainerInfo& info) const {
  for (const Rule& rule : rules_) {
    if (RE2::FullMatch(info.pod_namespace, *rule.namespaces)) {
      return rule.tenant;
    }
  }
  return default_;
}

}  // namespace supercargo
