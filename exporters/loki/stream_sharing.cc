#include "exporters/loki/stream_sharing.h"

#include <algorithm>
#include <chrono>

namespace supercargo {
namespace {

// How long a stream that was taken alone is believed to be there. Loki removes one when its chunks
// are flushed, for their age or their idleness, and nothing is added until it looks again: every 30
// seconds (flush_check_period). Then it is a new one, for which there may be no room.
constexpr std::chrono::minutes kKnownFor{30};
constexpr std::chrono::minutes kKnownWithoutRoom{1};
constexpr std::chrono::seconds kMostRest{30};

bool is_there(const StreamMemory& known, const TenantMemory& tenant, SteadyTime now) {
  const auto known_for = tenant.no_room.at(now) == 0 ? kKnownFor : kKnownWithoutRoom;
  return known.accepted_alone != SteadyTime{} && now - known.accepted_alone <= known_for &&
         now - known.written <= kMostRest;
}

// How far a line may be behind the newest before it is an administrator's to set (half of
// max_chunk_age). Lines ascend but for moments, so a narrow bound costs nothing.
constexpr std::uint64_t kBehindNs = std::chrono::nanoseconds(std::chrono::seconds(1)).count();

}  // namespace

void classify(LokiMemory& memory, PlannedStream& stream, SteadyTime now) {
  const StreamMemory& known = memory.streams.of(stream.tenant, stream.sums.stream);
  const TenantMemory& tenant = memory.tenants.at(stream.tenant);
  stream.unproven_bytes = known.unproven_bytes + stream.sums.loki_bytes;
  if (known.away || now < tenant.alone_until || !is_there(known, tenant, now)) {
    return;
  }
  if (stream.sums.times.behind(known.newest_ns) > kBehindNs) {
    return;
  }
  stream.rate = known.rate.with(now, stream.sums.loki_bytes);
  const bool covered = tenant.envelope.covers(stream.rate);
  stream.sharing = covered ? Sharing::kShared : Sharing::kBehindScout;
}

bool is_covered(LokiMemory& memory, const Post& post, SteadyTime now) {
  const AcceptedEnvelope& envelope = memory.tenants.at(post.tenant).envelope;
  return std::all_of(post.streams.begin(), post.streams.end(), [&](const PostStream& stream) {
    const StreamRate& rate = memory.streams.of(post.tenant, stream.stream).rate;
    return envelope.covers(rate.with(now, stream.loki_bytes));
  });
}

}  // namespace supercargo
