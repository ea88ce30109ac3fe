// What is remembered of one tenant of a Loki: how it is addressed, what its limits were seen to be,
// and until when it is left alone.
//
// Owned by a LokiSender, on its output's thread. Limits are learned from refusals and forgotten
// after a while, since administrators change them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/accepted_envelope.h"
#include "exporters/loki/label_bounds.h"
#include "exporters/loki/learned_limit.h"

namespace supercargo {

// A rate that a refusal named. Nobody says when it is raised again: so more and more is tried,
// until the next refusal.
class LearnedRate {
 public:
  static constexpr std::chrono::seconds kDoublesEvery{15};
  static constexpr std::int64_t kMostDoublings = 40;

  void learn(SteadyTime now, std::uint64_t bytes_per_second) {
    told_ = std::min(bytes_per_second, std::numeric_limits<std::uint64_t>::max() >> kMostDoublings);
    since_ = now;
  }

  // 0: none is known.
  [[nodiscard]] std::uint64_t at(SteadyTime now) const {
    const std::int64_t doublings = std::max<std::int64_t>(0, (now - since_) / kDoublesEvery);
    return doublings < kMostDoublings ? told_ << doublings : 0;
  }

  // As it was named last.
  [[nodiscard]] std::uint64_t told() const { return told_; }

 private:
  std::uint64_t told_ = 0;
  SteadyTime since_{};
};

struct TenantMemory {
  // An ingester looks at a stream's limit every ten seconds, at each stream's own time, and a Loki
  // of many looks at its configuration as often: for so long after a change no stream tells
  // anything of another.
  static constexpr std::chrono::seconds kLimitsChangeFor{25};

  std::vector<std::string> headers;  // of each post

  AcceptedEnvelope envelope;
  std::uint64_t passes = 0;         // posts that were answered by a Loki that works
  std::uint32_t rate_refusals = 0;  // for the tenant's rate, one after the other

  std::uint32_t hold_refusals = 0;  // by which people must act, one after the other

  // Nothing is sent before.
  SteadyTime held_until{};
  std::string held_reason;
  std::string held_detail;

  LearnedRate rate;          // bytes a second of the whole tenant
  LearnedRate stream_rate;   // bytes a second of a stream
  SteadyTime alone_until{};  // each stream goes alone: Loki's limits are changing
  LearnedLimit no_room;      // 1: a stream was refused as one too many
  std::uint64_t configured_stream_rate = 0;
  LearnedLimit hopeless_line;  // a line with so many bytes was given up for its stream's rate
  LearnedLimit line_bytes;
  LearnedLimit body_bytes;
  LearnedLabels labels;
  std::string labels_detail;  // Loki's words about them, for people
  LearnedLimit no_metadata;   // 1: structured metadata is refused
  LearnedLimit no_mark;       // 1: what tells that a line was cut is more metadata than is taken

  // When the next post of that tenant keeps to its rate.
  SteadyTime paced_until{};

  // 0: it was not named.
  void learn_stream_rate(SteadyTime now, std::uint64_t bytes_per_second) {
    envelope.refused(bytes_per_second);
    if (bytes_per_second == 0) {
      return;
    }
    if (bytes_per_second != stream_rate.told()) {
      alone_until = now + kLimitsChangeFor;
    }
    stream_rate.learn(now, bytes_per_second);
  }

  // What a stream is kept below. 0: nothing is known.
  [[nodiscard]] std::uint64_t stream_pace(SteadyTime now) const {
    const std::uint64_t learned = stream_rate.at(now);
    const bool both = learned > 0 && configured_stream_rate > 0;
    return both ? std::min(learned, configured_stream_rate)
                : std::max(learned, configured_stream_rate);
  }

  [[nodiscard]] bool held(SteadyTime now) const { return now < held_until; }

  void hold(SteadyTime until, std::string reason, std::string detail) {
    held_until = std::max(held_until, until);
    held_reason = std::move(reason);
    held_detail = std::move(detail);
  }
};

// What takes so many bytes at that rate, and a tenth longer: whoever runs at a limit is refused now
// and then.
[[nodiscard]] inline Milliseconds time_for(std::uint64_t bytes, std::uint64_t bytes_per_second) {
  constexpr std::uint64_t kMost = 600'000;
  if (bytes_per_second == 0) {
    return Milliseconds(0);
  }
  const double ms =
      static_cast<double>(bytes) * 1'000.0 / (0.9 * static_cast<double>(bytes_per_second));
  return Milliseconds(static_cast<std::int64_t>(std::min(ms, static_cast<double>(kMost))));
}

}  // namespace supercargo
