#include "exporters/loki/stream_sharing.h"

#include <algorithm>
#include <chrono>

namespace supercargo {
namespace {

// A stream that was written to within that time is there; Loki's own window is twice as wide.
constexpr std::chrono::minutes kKnownFor{30};

// How far a line may be behind the newest before it is an administrator's to set (half of
// max_chunk_age). Lines ascend but for moments, so a narrow bound costs nothing.
constexpr std::uint64_t kBehindNs = std::chrono::nanoseconds(std::chrono::seconds(1)).count();

}  // namespace

void classify(LokiMemory& memory, PlannedStream& stream, SteadyTime now) {
  const StreamMemory& known = memory.streams.of(stream.tenant, stream.sums.stream);
  if (known.accepted_alone == SteadyTime{} || now - known.accepted_alone > kKnownFor) {
    return;
  }
  if (stream.sums.times.behind(known.newest_ns) > kBehindNs) {
    return;
  }
  stream.rate = known.rate.with(now, stream.sums.loki_bytes);
  const bool covered = memory.tenants.at(stream.tenant).envelope.covers(stream.rate);
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
