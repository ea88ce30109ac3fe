#include "exporters/loki/chain_bounds.h"

#include <algorithm>
#include <chrono>

namespace supercargo {
namespace {

constexpr std::chrono::minutes kRest{1};

}  // namespace

std::size_t ChainBounds::of(std::uint64_t chain) const {
  const auto found = bounds_.find(chain);
  return found == bounds_.end() ? 0 : found->second.bytes;
}

void ChainBounds::set(std::uint64_t chain, std::size_t bytes, SteadyTime now) {
  if (bounds_.size() >= kMaxChains && !bounds_.contains(chain)) {
    bounds_.clear();  // they are learned again
  }
  Bound& bound = bounds_[chain];
  bound.bytes = bound.bytes == 0 ? bytes : std::min(bound.bytes, bytes);
  bound.changed = now;
}

void ChainBounds::shrink(std::uint64_t chain, std::size_t bytes, SteadyTime now) {
  set(chain, bytes > kSmallest ? std::max(kSmallest, bytes / 2) : 1, now);
}

void ChainBounds::limit(std::uint64_t chain, std::size_t bytes, SteadyTime now) {
  set(chain, std::max(kSmallest, bytes), now);
}

void ChainBounds::limit_all(const Post& post, std::size_t bytes, SteadyTime now) {
  for (const PostRun& run : post.runs) {
    limit(run.chain, bytes, now);
  }
}

void ChainBounds::fit(const Post& post, SteadyTime now) {
  for (const PostRun& run : post.runs) {
    limit(run.chain, run.raw.bytes, now);
  }
}

bool ChainBounds::taken(std::uint64_t chain, SteadyTime now) {
  const auto found = bounds_.find(chain);
  if (found == bounds_.end() || now - found->second.changed < kRest) {
    return false;
  }
  found->second.changed = now;
  found->second.bytes = std::max(kSmallest, found->second.bytes * 2);
  if (found->second.bytes > kLargest) {
    bounds_.erase(found);
  }
  return true;
}

}  // namespace supercargo
