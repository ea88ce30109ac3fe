// Which streams may share a push because no ingester can refuse them: those whose rate is not above
// what the tenant's ingesters were seen to accept.
//
// An ingester that refuses the entries of one stream of several answers for the last of them only,
// so a refusal of a stream in a shared push may go unseen; a push of one stream is answered with
// certainty. What some stream was accepted with, alone, another may be sent with, too. Pure: the
// time is given. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/base/clock.h"

namespace supercargo {

// Bytes (of lines and metadata, as Loki counts them) within the last so many seconds.
inline constexpr std::array<std::uint32_t, 6> kSpanSeconds{1, 4, 16, 64, 256, 1024};
using SpanBytes = std::array<std::uint64_t, kSpanSeconds.size()>;

// What a stream was sent with lately: 500 bytes, whatever the rate. A span is kept in eight slots
// and begins at the border of one, so that it may be an eighth longer than its name says: for all
// streams alike.
class StreamRate {
 public:
  // Bytes that Loki has taken.
  void add(SteadyTime now, std::uint64_t bytes);

  // Bytes that it may have: of a push whose answer never came, or explained nothing.
  void add_unsure(SteadyTime now, std::uint64_t bytes);

  // What it may have come to at `now`, with `bytes` more: what an ingester judges it by, at most.
  [[nodiscard]] SpanBytes with(SteadyTime now, std::uint64_t bytes) const;

  // What was taken for certain: what a stream shows of its ingester's limit.
  [[nodiscard]] SpanBytes accepted(SteadyTime now) const;

 private:
  static constexpr std::size_t kSlots = 9;  // eight whole ones and the one that is being filled

  struct Slot {
    std::uint32_t taken = 0;
    std::uint32_t unsure = 0;
  };

  struct Span {
    std::int64_t newest = 0;  // number of the newest slot, since the clock began
    std::array<Slot, kSlots> slots{};
  };

  void add(SteadyTime now, std::uint64_t bytes, std::uint32_t Slot::*kind);
  [[nodiscard]] SpanBytes sums(SteadyTime now, bool with_unsure) const;

  std::array<Span, kSpanSeconds.size()> spans_{};
};

// What the ingesters of one tenant were seen to accept from one stream.
class AcceptedEnvelope {
 public:
  // A push of one stream alone was accepted, all of it, and these were the stream's sums with it.
  void accepted(const SpanBytes& sums);

  // Whether a stream with these sums may share a push.
  [[nodiscard]] bool covers(const SpanBytes& sums) const;

  // A per-stream limit was met: what was accepted before says nothing any more, and above four
  // fifths of the limit nothing will be covered from now on. 0: the limit is not known.
  void refused(std::uint64_t limit_bytes_per_second);

 private:
  SpanBytes most_{};
  std::optional<std::uint64_t> limit_;
};

}  // namespace supercargo
