#include "exporters/loki/post_judge.h"

#include <algorithm>
#include <chrono>

#include "agent/base/clock.h"

namespace supercargo {
namespace {

using Meaning = LokiAnswer::Meaning;

constexpr Milliseconds kLeastRateWait{1'000};
constexpr Milliseconds kPeopleWait{2'000};  // at first: a secret may just have been renewed
// At most, also when Loki says how long: its clock need not be ours.
constexpr Milliseconds kBlockedWait{60'000};
constexpr Milliseconds kServerWait{500};
// While others pass; when none does, the output waits as a whole.
constexpr Milliseconds kMostServerWait{5'000};
constexpr Milliseconds kLeastHold{100};
constexpr Milliseconds kLeastPace{5};  // less is not worth telling

// Whoever refuses a body of that size as too large will not take any: it is the receiver, or what
// stands before it, that must be set right, and nothing is given up for that.
constexpr std::size_t kNeverTooLarge = std::size_t{2} << 10;
constexpr std::size_t kSmallestBody = std::size_t{4} << 10;

// How long a tenant is blocked, by the clock of the wall.
Milliseconds blocked_for(const LokiAnswer& answer) {
  for (const LokiRefusal& refusal : answer.refusals) {
    if (refusal.cause == RefusalCause::kBlocked && refusal.bound_ns) {
      const auto left = std::chrono::nanoseconds(*refusal.bound_ns - unix_nanoseconds_now());
      return std::clamp(std::chrono::ceil<Milliseconds>(left), Milliseconds(1'000), kBlockedWait);
    }
  }
  return kBlockedWait;
}

std::uint64_t told_limit(const LokiAnswer& answer, RefusalCause cause) {
  for (const LokiRefusal& refusal : answer.refusals) {
    if (refusal.cause == cause && refusal.limit_bytes > 0) {
      return refusal.limit_bytes;
    }
  }
  return 0;
}

}  // namespace

void PostJudge::retry_all(const Post& post, const PostRetry& retry, RequestFate& fate) {
  for (const PostRun& run : post.runs) {
    fate.retry(run.chain, retry.reason, retry.detail, retry.hold);
  }
}

PostRetry PostJudge::refuse_held(const Post& post, RequestFate& fate, SteadyTime now) {
  const TenantMemory& tenant = memory_.tenants.at(post.tenant);
  if (is_outdated(post, tenant.labels.at(now))) {
    return {std::string(refusal_reason(RefusalCause::kLabels)), tenant.labels_detail, {}};
  }
  PostRetry retry{tenant.held_reason, tenant.held_detail, Milliseconds(0)};
  if (!tenant.held(now)) {
    retry.reason = refusal_reason(RefusalCause::kTenantRate);
    retry.detail = "kept below the rate that Loki told";
  }
  retry.hold = std::max(
      kLeastHold,
      std::chrono::ceil<Milliseconds>(std::max(tenant.held_until, tenant.paced_until) - now));
  if (memory_.tenants.size() == 1) {
    fate.note_failure(retry.reason, retry.detail, retry.hold);
  }
  return retry;
}

void PostJudge::take_stream(const Post& post, const PostStream& stream, SteadyTime now) {
  StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
  known.newest_ns = std::max(known.newest_ns, stream.times.newest_ns);
  known.written = now;
  known.rate.add(now, stream.loki_bytes);
  const bool is_last = &stream == &post.streams.back();
  known.unproven_bytes = is_last ? 0 : known.unproven_bytes + stream.loki_bytes;
  known.failures = 0;
  known.away = false;
  ++known.passes;
  std::erase_if(known.suspects, [&stream](const SuspectEntry& suspect) {
    return stream.times.oldest_ns <= suspect.time_ns && suspect.time_ns <= stream.times.newest_ns;
  });
  if (post.alone()) {
    known.strikes = post.halvings == 0 ? 0 : known.strikes;
    known.accepted_alone = now;
    known.refusals = 0;
    known.limit_refusals = 0;
    memory_.tenants.at(post.tenant).envelope.accepted(known.rate.accepted(now));
  }
}

// What goes as fast as it may is refused again and again: rather a little slower, once the limits
// are known.
void PostJudge::pace(const Post& post, RequestFate& fate, SteadyTime now) {
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  const std::uint64_t stream_rate = tenant.stream_pace(now);
  auto run = post.runs.begin();
  for (const PostStream& stream : post.streams) {
    const Milliseconds wait = time_for(stream.loki_bytes, stream_rate);
    for (std::uint64_t seen = 0; seen < stream.count && run != post.runs.end(); ++run) {
      seen += run->count;
      if (wait >= kLeastPace) {
        fate.hold(run->chain, wait);
      }
      if (memory_.bounds.taken(run->chain, now)) {
        fate.hold(run->chain, Milliseconds(0));
      }
    }
  }
}

void PostJudge::take(const Post& post, RequestFate& fate, SteadyTime now) {
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  ++tenant.passes;
  tenant.rate_refusals = 0;
  tenant.hold_refusals = 0;
  fate.note_pass();
  for (const PostStream& stream : post.streams) {
    take_stream(post, stream, now);
  }
  pace(post, fate, now);
}

PostRuling PostJudge::wait_for_rate(const Post& post,
                                    const LokiAnswer& answer,
                                    RequestFate& fate,
                                    SteadyTime now) {
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  const std::uint64_t rate = told_limit(answer, RefusalCause::kTenantRate);
  if (rate > 0) {
    tenant.rate.learn(now, rate);
  }
  // Refused once more although there was time: a post may be more than the tenant's burst.
  if (++tenant.rate_refusals > 2) {
    tenant.body_bytes.learn(now, std::max(kSmallestBody, post.body_bytes / 2));
  }
  const Milliseconds least = std::max(kLeastRateWait, time_for(post.loki_bytes(), rate));
  const Milliseconds wait =
      std::max(answer.retry_after, memory_.wait_after(tenant.rate_refusals, least));
  memory_.tally.refuse(answer.reason, post.count());
  tenant.hold(now + wait, answer.reason, answer.detail);
  PostRuling ruling;
  ruling.retry = refuse_held(post, fate, now);
  return ruling;
}

PostRuling PostJudge::wait_for_people(const Post& post,
                                      const LokiAnswer& answer,
                                      RequestFate& fate,
                                      SteadyTime now) {
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  ++tenant.hold_refusals;
  memory_.tally.refuse(answer.reason, post.count());
  const bool blocked = answer.reason == refusal_reason(RefusalCause::kBlocked);
  const Milliseconds wait = blocked ? memory_.jittered(blocked_for(answer))
                                    : memory_.wait_after(tenant.hold_refusals, kPeopleWait);
  tenant.hold(now + std::max(answer.retry_after, wait), answer.reason, answer.detail);
  PostRuling ruling;
  ruling.retry = refuse_held(post, fate, now);
  return ruling;
}

PostRuling PostJudge::make_smaller(const Post& post,
                                   const LokiAnswer& answer,
                                   RequestFate& fate,
                                   SteadyTime now) {
  PostRuling ruling;
  const std::uint64_t told = told_limit(answer, RefusalCause::kTooLarge);
  const std::size_t half = std::max(kSmallestBody, post.body_bytes / 2);
  memory_.tenants.at(post.tenant)
      .body_bytes.learn(now, told > 0 && told < post.body_bytes ? told : half);
  if (post.body_bytes <= kNeverTooLarge) {
    return wait_for_people(post, answer, fate, now);
  }
  memory_.tally.refuse("body_too_large", post.count());
  fate.note_pass();
  if (auto halves = maker_.split(post)) {
    ruling.again.push_back(std::move(halves->first));
    ruling.again.push_back(std::move(halves->second));
    return ruling;
  }
  for (const PostRun& run : post.runs) {
    fate.refuse(run.chain, "body_too_large", answer.detail, run.raw);
  }
  return ruling;
}

PostRuling PostJudge::wait_for_server(const Post& post,
                                      const LokiAnswer& answer,
                                      RequestFate& fate,
                                      SteadyTime now) {
  const bool may_be_stored = answer.reason == failure_name(HttpResult::Failure::kTimeout);
  std::uint32_t failures = 0;
  for (const PostStream& stream : post.streams) {
    StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
    failures = std::max(failures, ++known.failures);
    if (may_be_stored) {
      known.rate.add_unsure(now, stream.loki_bytes);
    }
  }
  fate.note_failure(answer.reason, answer.detail, answer.retry_after);
  PostRuling ruling;
  const Milliseconds wait = std::min(memory_.wait_after(failures, kServerWait), kMostServerWait);
  ruling.retry = PostRetry{answer.reason, answer.detail, std::max(answer.retry_after, wait)};
  return ruling;
}

PostRuling PostJudge::rule(Post& post,
                           const LokiAnswer& answer,
                           RequestFate& fate,
                           SteadyTime now) {
  switch (answer.meaning) {
    case Meaning::kTaken:
      take(post, fate, now);
      return {};
    case Meaning::kEntries:
    case Meaning::kStream:
    case Meaning::kContent:
      return entries_.rule(post, answer, fate, now);
    case Meaning::kTenantRate:
      return wait_for_rate(post, answer, fate, now);
    case Meaning::kTenant:
      return wait_for_people(post, answer, fate, now);
    case Meaning::kTooLarge:
      return make_smaller(post, answer, fate, now);
    case Meaning::kSuspicious:
    case Meaning::kNoIngester:
      return suspects_.rule(post, answer, fate, now);
    case Meaning::kDown:
      break;
  }
  return wait_for_server(post, answer, fate, now);
}

}  // namespace supercargo
