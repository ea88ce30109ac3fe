#include "exporters/loki/entry_rulings.h"

#include <algorithm>
#include <limits>

#include "exporters/loki/loki_refusal.h"
#include "exporters/loki/post_entries.h"
#include "exporters/loki/refusal_causes.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;
using Fate = EntryFate;

// What Loki does not explain is looked for among the lines so far only: a stream that is refused as
// a whole would cost two posts a line.
constexpr std::uint32_t kMostHalvings = 7;

// A line that is refused so often for its stream's rate, however long the stream rested, is larger
// than what the stream may ever take at once.
constexpr std::uint32_t kHopelessRefusals = 8;
// One that is no smaller than such a line only has to show that the stream had rested.
constexpr std::uint32_t kHopelessTooRefusals = 2;
constexpr std::chrono::minutes kWorksStill{30};

std::string_view reason_of(Cause cause, const LokiAnswer& answer) {
  return cause == Cause::kUnknown ? std::string_view(answer.reason) : refusal_reason(cause);
}

// Of a post with one stream that is above its rate: what an ingester says it has taken.
std::uint64_t taken_bytes(const Post& post, const LokiAnswer& answer) {
  if (!post.alone() || answer.refusals.size() != 1) {
    return 0;
  }
  const LokiRefusal& refusal = answer.refusals[0];
  if (refusal.total == 0 || refusal.total != post.count() || refusal.ignored > refusal.total) {
    return 0;
  }
  return post.loki_bytes() * (refusal.total - refusal.ignored) / refusal.total;
}

}  // namespace

void EntryRulings::learn(const Post& post, const LokiAnswer& answer, SteadyTime now) {
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  ++tenant.passes;
  for (const LokiRefusal& refusal : answer.refusals) {
    if (is_of_labels(refusal.cause)) {
      tenant.labels.learn(refusal, now);
      tenant.labels_detail = answer.detail;
    }
    if (refusal.cause == Cause::kLineTooLong && refusal.limit_bytes > 0) {
      tenant.line_bytes.learn(now, refusal.limit_bytes);
    } else if (refusal.cause == Cause::kStreamRate) {
      tenant.learn_stream_rate(now, refusal.limit_bytes);
    } else if (refusal.cause == Cause::kStreamLimit) {
      tenant.no_room.learn(now, 1);
    }
  }
}

// The stream had time to rest, and takes smaller lines: it did lately, or Loki names a rate that is
// not too little for them.
bool EntryRulings::is_hopeless(const Post& post, SteadyTime now) {
  if (post.count() != 1) {
    return false;
  }
  const TenantMemory& tenant = memory_.tenants.at(post.tenant);
  const std::uint64_t given_up = tenant.hopeless_line.at(now);
  const bool too = given_up > 0 && post.loki_bytes() >= given_up;
  const std::uint64_t rate = tenant.stream_rate.at(now);
  const StreamMemory& known = memory_.streams.of(post.tenant, post.streams[0].stream);
  const bool takes_smaller =
      known.accepted_alone != SteadyTime{} && now - known.accepted_alone < kWorksStill;
  return known.refusals >= (too ? kHopelessTooRefusals : kHopelessRefusals) &&
         (takes_smaller || (rate > 0 && rate < post.loki_bytes()));
}

EntryRulings::Action EntryRulings::action_for(const Post& post,
                                              std::size_t stream,
                                              const PushEntry& entry,
                                              const EntryVerdict& verdict,
                                              SteadyTime now) {
  if (verdict.fate == Fate::kAccepted) {
    return Action::kSettle;
  }
  if (verdict.fate == Fate::kUnsure) {
    return post.halvings < kMostHalvings ? Action::kAgain : Action::kDrop;
  }
  if (is_of_waiting(verdict.cause)) {
    return verdict.cause == Cause::kStreamRate && is_hopeless(post, now) ? Action::kDrop
                                                                         : Action::kWait;
  }
  TenantMemory& tenant = memory_.tenants.at(post.tenant);
  if (is_of_labels(verdict.cause)) {
    return post.streams.at(stream).labels.outdated(tenant.labels.at(now)) ? Action::kRelabel
                                                                          : Action::kDrop;
  }
  if (is_of_metadata(verdict.cause) && has_original_bytes(entry.metadata)) {
    tenant.no_mark.learn(now, 1);
    return Action::kUnmark;
  }
  if (is_of_metadata(verdict.cause) && !entry.metadata.empty()) {
    tenant.no_metadata.learn(now, 1);
    return Action::kStrip;
  }
  const std::uint64_t most = tenant.line_bytes.at(now);
  const bool helps = most > 0 && (post.cut_bytes == 0 || most < post.cut_bytes);
  return verdict.cause == Cause::kLineTooLong && helps ? Action::kCut : Action::kDrop;
}

void EntryRulings::choose_actions(const Post& post,
                                  const std::vector<EntryVerdict>& verdicts,
                                  SteadyTime now) {
  actions_.clear();
  PushBody body(body_);
  PushEntry entry;
  for (std::size_t stream = 0; stream < post.streams.size() && body.next_stream(); ++stream) {
    while (body.next_entry(entry) && actions_.size() < verdicts.size()) {
      actions_.push_back(action_for(post, stream, entry, verdicts[actions_.size()], now));
    }
  }
}

void EntryRulings::apply(const Post& post,
                         const LokiAnswer& answer,
                         const std::vector<EntryVerdict>& verdicts,
                         RequestFate& fate,
                         SteadyTime now) {
  std::size_t waiting_stream = std::numeric_limits<std::size_t>::max();
  Milliseconds wait{0};
  for_each_entry(post, [&](std::size_t i, std::size_t stream, const PostRun& run, Amount raw) {
    const EntryVerdict& verdict = verdicts[i];
    if (verdict.fate == Fate::kRefused) {
      memory_.tally.refuse(reason_of(verdict.cause, answer), 1);
    }
    if (actions_[i] == Action::kDrop) {
      fate.refuse(run.chain, reason_of(verdict.cause, answer), answer.detail, raw);
      if (verdict.cause == Cause::kStreamRate) {
        memory_.tenants.at(post.tenant).hopeless_line.learn_least(now, post.loki_bytes());
      }
    } else if (actions_[i] == Action::kRelabel) {
      fate.retry(run.chain, refusal_reason(verdict.cause), answer.detail, Milliseconds(0));
    } else if (actions_[i] == Action::kWait) {
      if (stream != waiting_stream) {
        waiting_stream = stream;
        wait = waits_.refused(post, {stream, verdict.cause, taken_bytes(post, answer)}, now);
      }
      fate.retry(run.chain, refusal_reason(verdict.cause), answer.detail, wait);
    }
  });
}

// Of what Loki has taken.
void EntryRulings::note_stored(const Post& post, SteadyTime now) {
  PushBody body(body_);
  PushEntry entry;
  std::size_t index = 0;
  for (const PostStream& stream : post.streams) {
    if (!body.next_stream()) {
      return;
    }
    StreamMemory& known = memory_.streams.of(post.tenant, stream.stream);
    std::uint64_t bytes = 0;
    while (body.next_entry(entry) && index < actions_.size()) {
      if (actions_[index++] == Action::kSettle) {
        bytes += counted_bytes(entry);
        known.newest_ns = std::max(known.newest_ns, entry.time_ns);
      }
    }
    known.rate.add(now, bytes);
    known.written = bytes > 0 ? now : known.written;
    if (bytes > 0 && post.alone()) {
      known.accepted_alone = now;
    }
  }
}

PostRuling EntryRulings::send_again(const Post& post, SteadyTime now) {
  PostRuling ruling;
  const TenantMemory& tenant = memory_.tenants.at(post.tenant);
  const std::size_t line_bytes = tenant.line_bytes.at(now);
  const bool strip_cut = tenant.no_metadata.at(now) > 0;
  std::uint64_t cut = 0;
  std::uint64_t strip = 0;
  std::uint64_t unmarked = 0;
  bool unsure = false;
  std::optional<Post> again = maker_.rewrite(post, [&](std::uint64_t i, const PushEntry&) {
    EntryChange change;
    const Action action = actions_[i];
    change.keep = action >= Action::kAgain;
    if (action == Action::kCut) {
      change.max_line_bytes = line_bytes;
    }
    change.unmark = action == Action::kUnmark || tenant.no_mark.at(now) > 0;
    change.strip_metadata = action == Action::kStrip || (action == Action::kCut && strip_cut);
    cut += action == Action::kCut ? 1 : 0;
    strip += change.strip_metadata ? 1 : 0;
    unmarked += action == Action::kUnmark ? 1 : 0;
    unsure = unsure || action == Action::kAgain;
    return change;
  });
  if (!again) {
    return ruling;
  }
  memory_.tally.cut_lines += cut;
  memory_.tally.stripped_lines += strip;
  again->cut_bytes = cut > 0 ? line_bytes : again->cut_bytes;
  const bool as_before = cut == 0 && strip == 0 && unmarked == 0 && again->count() == post.count();
  if (unsure && !again->alone()) {
    ruling.again = maker_.split_streams(*again);
    ruling.side_by_side = true;
    return ruling;
  }
  std::optional<std::pair<Post, Post>> halves;
  if (as_before) {
    halves = maker_.split(post);
  }
  if (halves) {
    ruling.again.push_back(std::move(halves->first));
    ruling.again.push_back(std::move(halves->second));
  } else {
    ruling.again.push_back(std::move(*again));
  }
  return ruling;
}

PostRuling EntryRulings::rule(const Post& post,
                              const LokiAnswer& answer,
                              RequestFate& fate,
                              SteadyTime now) {
  PostRuling ruling;
  body_ = maker_.open(post);
  std::vector<EntryVerdict> verdicts = judge_entries(body_, answer.refusals);
  if (verdicts.size() != post.count()) {
    // Not what was sent: nothing may be said of any line.
    ruling.retry = PostRetry{answer.reason, answer.detail, kLeastStreamWait};
    return ruling;
  }
  learn(post, answer, now);
  fate.note_pass();
  choose_actions(post, verdicts, now);
  note_stored(post, now);
  apply(post, answer, verdicts, fate, now);
  return send_again(post, now);
}

}  // namespace supercargo
