// Where a log is from, beyond what its path tells: the cluster, and the environment, which a team
// may keep apart by namespaces. From the configuration alone, so a container's never change.
//
// A value made once from the configuration; copies share patterns. Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/namespace_patterns.h"

namespace supercargo {

class LogPlace {
 public:
  static constexpr std::string_view kCluster = "cluster";
  static constexpr std::string_view kEnvironment = "environment";

  LogPlace() = default;  // says nothing

  // kConfig: a pattern that is none.
  [[nodiscard]] static Result<LogPlace> create(const LogsConfig& config);

  // Empty: not to be told.
  [[nodiscard]] const std::string& cluster() const { return cluster_; }

  // That of the first entry with a pattern for the namespace, else the one of all. Valid as long as
  // this.
  [[nodiscard]] const std::string& environment_of(std::string_view pod_namespace) const;

  [[nodiscard]] bool tells_environment() const { return !environment_.empty() || !rules_.empty(); }

  // Without what an output says by itself: `own` are the names of its static labels or fields.
  [[nodiscard]] LogPlace without(const std::map<std::string, std::string>& own) const;

  // Of the longest values that it may tell of one namespace.
  [[nodiscard]] std::size_t most_bytes() const;

 private:
  std::string cluster_;
  std::string environment_;
  std::vector<std::pair<NamespacePatterns, std::string>> rules_;
};

}  // namespace supercargo
