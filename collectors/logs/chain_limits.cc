#include "collectors/logs/chain_limits.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace supercargo {
namespace {

std::shared_ptr<TokenBucket> make_bucket(const RateLimitConfig& limit) {
  const std::uint64_t burst = limit.burst_bytes > 0 ? limit.burst_bytes : limit.bytes_per_second;
  return std::make_shared<TokenBucket>(limit.bytes_per_second, burst);
}

}  // namespace

void ChainLimits::add(std::shared_ptr<TokenBucket> bucket, RateLimitConfig::Action action) {
  auto& buckets = action == RateLimitConfig::Action::kDelay ? delaying_ : dropping_;
  buckets.push_back(std::move(bucket));
}

void ChainLimits::observe(SteadyTime now) {
  now_ = now;
  for (const std::shared_ptr<TokenBucket>& bucket : delaying_) {
    bucket->advance(now);
  }
  for (const std::shared_ptr<TokenBucket>& bucket : dropping_) {
    bucket->advance(now);
  }
}

std::optional<SteadyTime> ChainLimits::delayed_until() const {
  std::optional<SteadyTime> until = held() ? std::optional(hold_until_) : std::nullopt;
  for (const std::shared_ptr<TokenBucket>& bucket : delaying_) {
    if (bucket->dry()) {
      until = std::max(until.value_or(SteadyTime::min()), bucket->wet_at());
    }
  }
  return until;
}

std::uint64_t ChainLimits::allowance() const {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  for (const std::shared_ptr<TokenBucket>& bucket : delaying_) {
    bytes = std::min(bytes, bucket->tokens());
  }
  return bytes;
}

std::optional<SteadyTime> ChainLimits::full_at() const {
  std::optional<SteadyTime> full;
  for (const std::shared_ptr<TokenBucket>& bucket : delaying_) {
    full = std::min(full.value_or(SteadyTime::max()), bucket->full_at());
  }
  return full;
}

void ChainLimits::took(std::uint64_t bytes) {
  for (const std::shared_ptr<TokenBucket>& bucket : delaying_) {
    bucket->take(bytes);
  }
}

bool ChainLimits::admit(std::uint64_t bytes) {
  const bool pass = std::none_of(
      dropping_.begin(), dropping_.end(), [](const auto& bucket) { return bucket->tokens() == 0; });
  for (const std::shared_ptr<TokenBucket>& bucket : dropping_) {
    bucket->take(pass ? bytes : 0);
  }
  return pass;
}

void ChainLimits::hold(SteadyTime until, std::uint64_t request_bytes) {
  hold_until_ = until;
  request_bytes_ = request_bytes;
}

// One read a request: a second one might add a line that is above the bound alone, and what a
// receiver refuses with it came together again.
std::uint64_t ChainLimits::left_in(RequestId request) const {
  if (request_bytes_ == 0) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return request == request_ ? 0 : request_bytes_;
}

ChainLimits LimitMaker::make(const ContainerInfo& container) {
  ChainLimits limits;
  if (config_.container.bytes_per_second > 0) {
    limits.add(make_bucket(config_.container), config_.container.action);
  }
  if (config_.pod_namespace.bytes_per_second > 0 && !container.pod_namespace.empty()) {
    std::erase_if(namespaces_, [](const auto& entry) { return entry.second.expired(); });
    std::shared_ptr<TokenBucket> bucket = namespaces_[container.pod_namespace].lock();
    if (!bucket) {
      bucket = make_bucket(config_.pod_namespace);
      namespaces_[container.pod_namespace] = bucket;
    }
    limits.add(std::move(bucket), config_.pod_namespace.action);
  }
  return limits;
}

}  // namespace supercargo
