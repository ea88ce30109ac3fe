// The tenants of an output by number, and whose each container is.
//
// Owned by a LokiSender, on its output's thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/loki_tenants.h"
#include "exporters/loki/tenant_memory.h"

namespace supercargo {

class TenantTable {
 public:
  static constexpr std::size_t kMaxContainers = 4096;

  // kConfig: a name or a header that HTTP cannot carry, or a pattern that is none.
  [[nodiscard]] static Result<TenantTable> create(const LokiConfig& config);

  // A fresh memory for each of them: at least one.
  [[nodiscard]] std::vector<TenantMemory> memories() const;

  // Whose the batch's container is.
  [[nodiscard]] std::uint32_t of(const Batch& batch);

 private:
  TenantTable(LokiTenants rules, std::uint64_t stream_rate)
      : rules_(std::move(rules)), stream_rate_(stream_rate) {}

  Status add(const LokiConfig& config, const std::string& tenant);

  LokiTenants rules_;
  std::uint64_t stream_rate_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::vector<std::string>> headers_;  // by number
  std::unordered_map<std::uint64_t, std::uint32_t> of_container_;
};

}  // namespace supercargo
