#include "exporters/loki/suspects.h"

#include <algorithm>

namespace supercargo {
namespace {

constexpr Milliseconds kFirstWait{500};
constexpr Milliseconds kStrikeWait{250};
constexpr Milliseconds kMostAwayWait{5'000};  // while other streams pass

PostRuling retry(const LokiAnswer& answer, Milliseconds hold) {
  PostRuling ruling;
  ruling.retry = PostRetry{answer.reason, answer.detail, std::max(answer.retry_after, hold)};
  return ruling;
}

bool is_probe(std::uint32_t failures) {
  return failures >= Suspects::kPatience &&
         (failures - Suspects::kPatience) % Suspects::kProbesEvery < Suspects::kProbes;
}

SuspectEntry& suspect_of(StreamMemory& known, const PostStream& stream) {
  const auto found = std::find_if(
      known.suspects.begin(), known.suspects.end(), [&stream](const SuspectEntry& suspect) {
        return suspect.time_ns == stream.times.oldest_ns && suspect.loki_bytes == stream.loki_bytes;
      });
  if (found != known.suspects.end()) {
    return *found;
  }
  if (known.suspects.size() >= StreamMemory::kMaxSuspects) {
    known.suspects.erase(known.suspects.begin());
  }
  known.suspects.push_back({stream.times.oldest_ns, stream.loki_bytes});
  return known.suspects.back();
}

// Others of the stream have passed since an entry of it was struck last.
bool is_suspected(const StreamMemory& known) {
  return std::any_of(
      known.suspects.begin(), known.suspects.end(), [&known](const SuspectEntry& suspect) {
        return known.passes > suspect.passes_seen;
      });
}

// A line that fails each time says nothing of itself while all others of its stream fail, too.
bool is_strike(const StreamMemory& known,
               const SuspectEntry& suspect,
               std::uint64_t all_passes,
               SteadyTime now) {
  const bool lonely = known.suspects.size() == 1 && all_passes > suspect.all_passes_seen &&
                      now - suspect.struck_at >= Suspects::kLonely;
  return suspect.strikes == 0 || known.passes > suspect.passes_seen || lonely;
}

void note_strike(StreamMemory& known,
                 SuspectEntry& suspect,
                 std::uint64_t all_passes,
                 SteadyTime now) {
  const bool first = ++suspect.strikes == 1;
  known.strikes += first && known.passes == known.passes_at_strike ? 0 : 1;
  known.passes_at_strike = known.passes;
  suspect.passes_seen = known.passes;
  suspect.all_passes_seen = all_passes;
  suspect.struck_at = now;
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

PostRuling Suspects::strike(Post& post,
                            const LokiAnswer& answer,
                            RequestFate& fate,
                            SteadyTime now) {
  const PostStream& stream = post.streams[0];
  const std::uint64_t passes = memory_.tenants.at(post.tenant).passes;
  StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
  SuspectEntry& suspect = suspect_of(known, stream);
  if (suspect.strikes == 0) {
    // Little at a time from now on: all of it is sent again at each strike.
    memory_.bounds.shrink(post.runs[0].chain, 2 * ChainBounds::kSmallest, now);
  }
  if (is_strike(known, suspect, passes, now)) {
    note_strike(known, suspect, passes, now);
  } else if (suspect.strikes < kStrikes && !post.put_behind) {
    post.put_behind = true;
    PostRuling ruling = retry(answer, kStrikeWait);
    ruling.later = true;
    return ruling;
  }
  // One that was given up before comes again when others of its request do.
  if (suspect.strikes >= kStrikes || known.strikes >= kStrikesOfStream) {
    known.strikes = 0;
    fate.note_pass();  // others passed: this is not the output\'s failure
    fate.refuse(post.runs[0].chain, answer.reason, answer.detail, post.runs[0].raw);
    return {};
  }
  return retry(answer, memory_.wait_after(suspect.strikes, kStrikeWait));
}

PostRuling Suspects::rule(Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now) {
  const std::uint64_t passes = memory_.tenants.at(post.tenant).passes;
  bool apart = false;
  std::uint32_t failures = 0;
  for (const PostStream& stream : post.streams) {
    StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
    if (known.failures++ == 0) {
      known.passes_at_failure = passes;
    }
    known.rate.add_unsure(now, stream.loki_bytes);
    failures = std::max(failures, known.failures);
    const bool other_passed = passes > known.passes_at_failure || is_suspected(known);
    const bool goes_on = post.halvings > 0 && known.failures < kPatience + kProbes;
    apart = apart || other_passed || goes_on;
  }
  fate.note_failure(answer.reason, answer.detail, answer.retry_after);
  if (answer.meaning == LokiAnswer::Meaning::kNoIngester && post.alone()) {
    memory_.streams.of(post.tenant, post.streams[0].stream).away = true;
    return retry(answer, std::min(memory_.wait_after(failures, kFirstWait), kMostAwayWait));
  }
  if (!apart && !is_probe(failures)) {
    return retry(answer, memory_.wait_after(failures, kFirstWait));
  }
  PostRuling ruling = take_apart(post);
  return ruling.again.empty() ? strike(post, answer, fate, now) : std::move(ruling);
}

}  // namespace supercargo
