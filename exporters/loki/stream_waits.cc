#include "exporters/loki/stream_waits.h"

#include <algorithm>

namespace supercargo {
namespace {

constexpr Milliseconds kStreamLimitWait{10'000};

}  // namespace

// A push that is above what its stream may take at once fails however long it waits: the next one
// is smaller. What was taken of this one shows how much that is, and what the rate allows in a
// second is little enough to begin with. Returns what Loki will count of the next push.
std::uint64_t StreamWaits::bound_pushes(const Post& post, const Refusal& refusal, SteadyTime now) {
  const PostStream& stream = post.streams[0];
  if (memory_.streams.of(post.tenant, stream.stream).refusals > 1) {
    for (const PostRun& run : post.runs) {
      memory_.bounds.shrink(run.chain, run.raw.bytes, now);
    }
    return stream.loki_bytes / 2;
  }
  const std::uint64_t rate = memory_.tenants.at(post.tenant).stream_rate.at(now);
  const std::uint64_t room = std::max(refusal.taken_bytes, rate);
  const bool fits = room == 0 || room >= stream.loki_bytes;
  if (fits || post.count() == 1 || post.runs[0].raw.bytes <= ChainBounds::kSmallest) {
    return stream.loki_bytes;
  }
  for (const PostRun& run : post.runs) {
    memory_.bounds.limit(run.chain, run.raw.bytes * room / stream.loki_bytes, now);
  }
  return room;
}

Milliseconds StreamWaits::refused(const Post& post, const Refusal& refusal, SteadyTime now) {
  const PostStream& stream = post.streams[refusal.stream];
  StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
  if (refusal.cause == RefusalCause::kStreamLimit) {
    known.accepted_alone = {};
    known.refusals = 0;
    return memory_.wait_after(++known.limit_refusals, kStreamLimitWait);
  }
  known.limit_refusals = 0;
  ++known.refusals;
  const std::uint64_t next = post.alone() ? bound_pushes(post, refusal, now) : stream.loki_bytes;
  // Never less than the rate needs: what comes a moment too early is refused whole.
  const std::uint64_t rate = memory_.tenants.at(post.tenant).stream_rate.at(now);
  const Milliseconds least = std::max(kLeastStreamWait, time_for(next, rate));
  return std::max(least, memory_.wait_after(known.refusals, least));
}

}  // namespace supercargo
