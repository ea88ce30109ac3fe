// Which containers' logs an output wants, by their namespaces. What it does not want it neither
// reads nor accounts for.
//
// A value made once from the configuration; copies share patterns. Any thread.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/namespace_patterns.h"
#include "agent/pipeline/record.h"

namespace supercargo {

// Whether a container's log is wanted. Empty: all are.
using LogFilter = std::function<bool(const ContainerInfo& container)>;

class OutputSelection {
 public:
  // kConfig: a pattern that is none.
  [[nodiscard]] static Result<OutputSelection> create(const OutputConfig& config) {
    Result<NamespacePatterns> taken = NamespacePatterns::create(config.namespaces);
    if (!taken) {
      return std::move(taken).error();
    }
    Result<NamespacePatterns> excluded = NamespacePatterns::create(config.exclude_namespaces);
    if (!excluded) {
      return std::move(excluded).error();
    }
    return OutputSelection(std::move(*taken), std::move(*excluded));
  }

  [[nodiscard]] bool everything() const { return taken_.empty() && excluded_.empty(); }

  [[nodiscard]] bool wants(std::string_view pod_namespace) const {
    return (taken_.empty() || taken_.match(pod_namespace)) && !excluded_.match(pod_namespace);
  }

 private:
  OutputSelection(NamespacePatterns taken, NamespacePatterns excluded)
      : taken_(std::move(taken)), excluded_(std::move(excluded)) {}

  NamespacePatterns taken_;  // empty: all
  NamespacePatterns excluded_;
};

}  // namespace supercargo
