#include "exporters/loki/accepted_envelope.h"

#include <algorithm>
#include <limits>

namespace supercargo {
namespace {

std::int64_t slot_at(SteadyTime now, std::uint32_t span_seconds) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return milliseconds / (std::int64_t{span_seconds} * 125);
}

std::uint32_t add_saturated(std::uint32_t sum, std::uint64_t bytes) {
  const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(most, sum + std::min(most, bytes)));
}

}  // namespace

void StreamRate::add(SteadyTime now, std::uint64_t bytes, std::uint32_t Slot::*kind) {
  const auto slots = static_cast<std::int64_t>(kSlots);
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    Span& span = spans_.at(i);
    const std::int64_t slot = slot_at(now, kSpanSeconds.at(i));
    for (std::int64_t old = std::max(span.newest + 1, slot - slots + 1); old <= slot; ++old) {
      span.slots.at(static_cast<std::size_t>(old % slots)) = Slot{};
    }
    span.newest = std::max(span.newest, slot);
    std::uint32_t& filled = span.slots.at(static_cast<std::size_t>(span.newest % slots)).*kind;
    filled = add_saturated(filled, bytes);
  }
}

void StreamRate::add(SteadyTime now, std::uint64_t bytes) {
  add(now, bytes, &Slot::taken);
}

void StreamRate::add_unsure(SteadyTime now, std::uint64_t bytes) {
  add(now, bytes, &Slot::unsure);
}

SpanBytes StreamRate::sums(SteadyTime now, bool with_unsure) const {
  const auto slots = static_cast<std::int64_t>(kSlots);
  SpanBytes sums{};
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const Span& span = spans_.at(i);
    const std::int64_t last = slot_at(now, kSpanSeconds.at(i));
    // Slots that were not reached yet hold what stood there a round before.
    const std::int64_t first = std::max(last, span.newest) - slots + 1;
    for (std::int64_t old = std::max<std::int64_t>(0, first); old <= std::min(last, span.newest);
         ++old) {
      const Slot& slot = span.slots.at(static_cast<std::size_t>(old % slots));
      sums.at(i) += slot.taken;
      sums.at(i) += with_unsure ? slot.unsure : 0;
    }
  }
  return sums;
}

SpanBytes StreamRate::with(SteadyTime now, std::uint64_t bytes) const {
  SpanBytes all = sums(now, /*with_unsure=*/true);
  for (std::uint64_t& sum : all) {
    sum += bytes;
  }
  return all;
}

SpanBytes StreamRate::accepted(SteadyTime now) const {
  return sums(now, /*with_unsure=*/false);
}

void AcceptedEnvelope::accepted(const SpanBytes& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    most_.at(i) = std::max(most_.at(i), sums.at(i));
  }
}

bool AcceptedEnvelope::covers(const SpanBytes& sums) const {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::uint64_t under_limit =
        limit_ ? *limit_ / 5 * 4 * kSpanSeconds.at(i) : std::numeric_limits<std::uint64_t>::max();
    if (sums.at(i) > std::min(most_.at(i), under_limit)) {
      return false;
    }
  }
  return true;
}

void AcceptedEnvelope::refused(std::uint64_t limit_bytes_per_second) {
  most_ = {};
  if (limit_bytes_per_second > 0) {
    limit_ = std::min(limit_bytes_per_second, std::uint64_t{1} << 50U);
  }
}

}  // namespace supercargo
