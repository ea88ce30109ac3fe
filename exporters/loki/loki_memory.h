// All that an output has learned of the Loki it sends to.
//
// Owned by a LokiSender, on its output's thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/chain_bounds.h"
#include "exporters/loki/loki_counters.h"
#include "exporters/loki/stream_table.h"
#include "exporters/loki/tenant_memory.h"

namespace supercargo {

struct LokiMemory {
  std::vector<TenantMemory> tenants;  // by Post::tenant
  StreamTable streams;
  ChainBounds bounds;
  LokiTally tally;
  std::minstd_rand random{std::random_device{}()};

  [[nodiscard]] std::uint64_t passes() const {
    std::uint64_t sum = 0;
    for (const TenantMemory& tenant : tenants) {
      sum += tenant.passes;
    }
    return sum;
  }

  // Between three quarters of and five quarters of it, so that a thousand nodes do not return at
  // once.
  [[nodiscard]] Milliseconds jittered(Milliseconds wait) {
    const std::int64_t quarter = wait.count() / 4;
    return Milliseconds(std::uniform_int_distribution<std::int64_t>(
        wait.count() - quarter, wait.count() + quarter)(random));
  }

  // After so many failures, one after the other.
  [[nodiscard]] Milliseconds wait_after(std::uint32_t failures, Milliseconds first) {
    constexpr std::uint32_t kMostDoublings = 6;
    constexpr Milliseconds kMost{30'000};
    const std::uint32_t doublings = failures == 0 ? 0 : std::min(failures - 1, kMostDoublings);
    return jittered(std::min(kMost, first * (1U << doublings)));
  }
};

}  // namespace supercargo
