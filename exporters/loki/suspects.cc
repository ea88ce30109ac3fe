#include "exporters/loki/suspects.h"

#include <algorithm>

namespace supercargo {
namespace {

constexpr Milliseconds kFirstWait{500};
constexpr Milliseconds kStrikeWait{250};

PostRuling retry(const LokiAnswer& answer, Milliseconds hold) {
  PostRuling ruling;
  ruling.retry = PostRetry{answer.reason, answer.detail, std::max(answer.retry_after, hold)};
  return ruling;
}

}  // namespace

PostRuling Suspects::take_apart(const Post& post) {
  PostRuling ruling;
  if (!post.alone()) {
    ruling.again = maker_.split_streams(post);
    ruling.side_by_side = true;
    return ruling;
  }
  if (auto halves = maker_.split(post)) {
    ruling.again.push_back(std::move(halves->first));
    ruling.again.push_back(std::move(halves->second));
  }
  return ruling;
}

PostRuling Suspects::strike(Post& post, const LokiAnswer& answer, RequestFate& fate) {
  const PostStream& stream = post.streams[0];
  const std::uint64_t passes = memory_.tenants.at(post.tenant).passes;
  StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
  if (known.strikes == 0 || known.suspect_ns != stream.oldest_ns) {
    known.suspect_ns = stream.oldest_ns;
    known.strikes = 1;
    known.passes_seen = passes;
  } else if (passes > known.passes_seen) {
    ++known.strikes;
    known.passes_seen = passes;
  } else if (!post.put_behind) {
    post.put_behind = true;
    PostRuling ruling = retry(answer, kStrikeWait);
    ruling.later = true;
    return ruling;
  }
  if (known.strikes >= kStrikes) {
    known.strikes = 0;
    fate.refuse(post.runs[0].chain, answer.reason, answer.detail, post.runs[0].raw);
    return {};
  }
  return retry(answer, memory_.wait_after(known.strikes, kStrikeWait));
}

PostRuling Suspects::rule(Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now) {
  const std::uint64_t passes = memory_.tenants.at(post.tenant).passes;
  bool apart = post.halvings > 0;
  std::uint32_t failures = 0;
  for (const PostStream& stream : post.streams) {
    StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
    if (known.failures++ == 0) {
      known.passes_at_failure = passes;
    }
    known.rate.add(now, stream.loki_bytes);  // Loki may have it
    failures = std::max(failures, known.failures);
    apart = apart || known.strikes > 0 || passes > known.passes_at_failure;
  }
  fate.note_failure(answer.reason, answer.detail, answer.retry_after);
  if (!apart && failures < kPatience) {
    return retry(answer, memory_.wait_after(failures, kFirstWait));
  }
  PostRuling ruling = take_apart(post);
  return ruling.again.empty() ? strike(post, answer, fate) : std::move(ruling);
}

}  // namespace supercargo
