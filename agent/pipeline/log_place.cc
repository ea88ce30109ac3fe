#include "agent/pipeline/log_place.h"

#include <algorithm>

namespace supercargo {

Result<LogPlace> LogPlace::create(const LogsConfig& config) {
  LogPlace made;
  made.cluster_ = config.cluster;
  made.environment_ = config.environment;
  for (const NamespaceEnvironment& each : config.environments) {
    Result<NamespacePatterns> patterns = NamespacePatterns::create(each.namespaces);
    if (!patterns) {
      return std::move(patterns).error().with_context("environment " + each.environment);
    }
    made.rules_.emplace_back(std::move(*patterns), each.environment);
  }
  return made;
}

const std::string& LogPlace::environment_of(std::string_view pod_namespace) const {
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [pod_namespace](const auto& each) {
    return each.first.match(pod_namespace);
  });
  return rule == rules_.end() ? environment_ : rule->second;
}

LogPlace LogPlace::without(const std::map<std::string, std::string>& own) const {
  LogPlace rest = *this;
  for (const auto& [name, value] : own) {
    const std::string_view plain = std::string_view(name).substr(name.starts_with('_') ? 1 : 0);
    if (plain == kCluster) {
      rest.cluster_.clear();
    } else if (plain == kEnvironment) {
      rest.environment_.clear();
      rest.rules_.clear();
    }
  }
  return rest;
}

std::size_t LogPlace::most_bytes() const {
  std::size_t longest = environment_.size();
  for (const auto& [patterns, environment] : rules_) {
    longest = std::max(longest, environment.size());
  }
  return cluster_.size() + longest;
}

}  // namespace supercargo
