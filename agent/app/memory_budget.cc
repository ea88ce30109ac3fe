#include "agent/app/memory_budget.h"

#include <algorithm>

namespace supercargo {
namespace {

// Two for the open request, encoded and compressed, beside those in flight.
std::uint64_t batches_held(const DeliveryConfig& delivery) {
  return std::uint64_t{delivery.max_in_flight} + 2;
}

bool fit(DeliveryConfig& delivery, std::uint64_t share) {
  const DeliveryConfig wanted = delivery;
  while (delivery.max_in_flight > 1 && batches_held(delivery) * delivery.batch_bytes > share) {
    --delivery.max_in_flight;
  }
  if (batches_held(delivery) * delivery.batch_bytes > share) {
    const std::uint64_t fitting = std::max(kSmallestBatch, share / batches_held(delivery));
    delivery.batch_bytes = std::min(delivery.batch_bytes, fitting);
  }
  return delivery.max_in_flight != wanted.max_in_flight ||
         delivery.batch_bytes != wanted.batch_bytes;
}

}  // namespace

std::vector<std::string> fit_into_memory_limit(AgentConfig& config) {
  std::vector<std::string> changed;
  const std::uint64_t limit = config.memory_limit_bytes;
  const std::uint64_t for_requests =
      limit > kMemoryBesideRequests ? limit - kMemoryBesideRequests : 0;
  for (OutputConfig& output : config.outputs) {
    if (fit(output.delivery, for_requests / config.outputs.size())) {
      changed.push_back(output.name);
    }
  }
  return changed;
}

KeptCgroupFiles kept_cgroup_files(std::uint64_t memory_limit_bytes) {
  constexpr std::uint64_t kBilled = 4096;
  const std::uint64_t all = memory_limit_bytes / kBilled;
  const std::uint64_t of_watch = all / 5;
  return {static_cast<std::size_t>(all - of_watch), static_cast<std::size_t>(of_watch)};
}

}  // namespace supercargo
