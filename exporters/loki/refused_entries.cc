#include "exporters/loki/refused_entries.h"

#include <algorithm>
#include <map>

#include "exporters/loki/pushed_streams.h"
#include "exporters/loki/refusal_rules.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;
using Fate = EntryFate;

// A server may tell the second only.
bool is_listed(const PushedEntry& entry, const ListedEntry& listed) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  if (entry.time_ns <= listed.time_ns || listed.time_ns % kNanosPerSecond != 0) {
    return entry.time_ns == listed.time_ns;
  }
  // Unsigned: the server's text may say any time, and the two be further apart than 63 bits hold.
  const auto later =
      static_cast<std::uint64_t>(entry.time_ns) - static_cast<std::uint64_t>(listed.time_ns);
  return later < kNanosPerSecond;
}

class Judge {
 public:
  Judge(std::string_view body, const std::vector<LokiRefusal>& refusals)
      : pushed_(body), refusals_(refusals), verdicts_(pushed_.entry_count()) {}

  std::vector<EntryVerdict> run() {
    find_streams();
    refuse_streams();
    for (const RefusalRule& rule : kRefusalRules) {
      apply(rule);
    }
    for (std::size_t i = 0; i < refusals_.size(); ++i) {
      apply_ingester(refusals_[i], told_[i]);
      apply_request(refusals_[i]);
    }
    for (const PushedStream* stream : unsure_) {
      mark_rest(*stream, {Fate::kUnsure, Cause::kUnknown});
    }
    settle_single();
    return std::move(verdicts_);
  }

 private:
  [[nodiscard]] bool is_open(const PushedEntry& entry) const {
    return verdicts_[entry.index].fate == Fate::kAccepted;
  }

  // What is not settled yet becomes so.
  void mark_rest(const PushedStream& stream, EntryVerdict verdict) {
    for (const PushedEntry& entry : stream.entries) {
      if (is_open(entry)) {
        verdicts_[entry.index] = verdict;
      }
    }
  }

  void mark_all_rest(EntryVerdict verdict) {
    for (const PushedStream& stream : pushed_.streams()) {
      mark_rest(stream, verdict);
    }
  }

  // An entry of a stream that is not found may be any.
  void find_streams() {
    for (const LokiRefusal& refusal : refusals_) {
      told_.push_back(pushed_.find(refusal.stream));
      cut_ = cut_ || refusal.cause == Cause::kCut;
      if (told_.back() == nullptr && refusal_scope(refusal.cause) <= RefusalScope::kStream) {
        for (const PushedStream& stream : pushed_.streams()) {
          unsure_.push_back(&stream);
        }
      }
    }
  }

  void refuse_streams() {
    for (std::size_t i = 0; i < refusals_.size(); ++i) {
      if (refusal_scope(refusals_[i].cause) == RefusalScope::kStream && told_[i] != nullptr) {
        mark_rest(*told_[i], {Fate::kRefused, refusals_[i].cause});
      }
    }
  }

  // The limit is the tenant's, and one request is judged by one clock: so each answer tells it for
  // all streams.
  void apply(const RefusalRule& rule) {
    const LokiRefusal* limit = nullptr;
    for (const LokiRefusal& refusal : refusals_) {
      if (refusal.cause == rule.cause) {
        limit = limit == nullptr ? &refusal : &rule.better(*limit, refusal);
      }
    }
    if (limit == nullptr) {
      return;
    }
    for (const PushedStream& stream : pushed_.streams()) {
      apply(rule, *limit, stream);
    }
  }

  void apply(const RefusalRule& rule, const LokiRefusal& limit, const PushedStream& stream) {
    std::map<std::int64_t, std::uint64_t> told;
    for (std::size_t i = 0; i < refusals_.size(); ++i) {
      if (refusals_[i].cause == rule.cause && told_[i] == &stream) {
        told[rule.told_key(refusals_[i])] += refusals_[i].count;
      }
    }
    std::map<std::int64_t, std::vector<const PushedEntry*>> found;
    for (const PushedEntry& entry : stream.entries) {
      if (is_open(entry) && rule.judge(entry, limit) != Breach::kNo) {
        found[rule.entry_key(entry)].push_back(&entry);
      }
    }
    for (auto& [key, entries] : found) {
      claim(rule, limit, entries, told[key]);
    }
    for (const auto& [key, count] : told) {
      const auto those = found.find(key);
      if (count > (those == found.end() ? 0 : those->second.size())) {
        unsure_.push_back(&stream);
      }
    }
  }

  // Entries with one key, of which the answer counts `count`.
  void claim(const RefusalRule& rule,
             const LokiRefusal& limit,
             std::vector<const PushedEntry*>& entries,
             std::uint64_t count) {
    std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
      return rule.newest_first ? a->time_ns > b->time_ns : a->time_ns < b->time_ns;
    });
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool broken = rule.judge(*entries[i], limit) == Breach::kYes;
      if (i < count || (cut_ && broken)) {
        verdicts_[entries[i]->index] = {Fate::kRefused, rule.cause};
      } else if (cut_ || broken) {
        verdicts_[entries[i]->index] = {Fate::kUnsure, rule.cause};
      }
    }
  }

  // Of other streams than the one it names an ingester says nothing.
  void apply_ingester(const LokiRefusal& refusal, const PushedStream* stream) {
    if (refusal_scope(refusal.cause) != RefusalScope::kIngester) {
      return;
    }
    const bool to_wait =
        refusal.cause == Cause::kStreamRate || refusal.cause == Cause::kStreamLimit;
    if (stream != nullptr && to_wait) {
      mark_rest(*stream, {Fate::kRefused, refusal.cause});
    } else if (stream != nullptr) {
      const std::uint64_t found = mark_listed(refusal, *stream);
      if (found != refusal.ignored || refusal.total != stream->entries.size()) {
        mark_rest(*stream, {Fate::kUnsure, refusal.cause});
      }
    }
    if (stream == nullptr || pushed_.streams().size() > 1) {
      for (const PushedStream& other : pushed_.streams()) {
        if (&other != stream) {
          mark_rest(other, {Fate::kUnsure, refusal.cause});
        }
      }
    }
  }

  // Those that are listed, in their order, and behind the last one all that are older than its
  // bound, which only rises. Returns how many.
  std::uint64_t mark_listed(const LokiRefusal& refusal, const PushedStream& stream) {
    std::uint64_t found = 0;
    auto listed = refusal.listed.begin();
    for (const PushedEntry& entry : stream.entries) {
      const bool in_list = listed != refusal.listed.end();
      const bool refused = in_list ? is_listed(entry, *listed)
                                   : !refusal.listed.empty() && refusal.listed.back().bound_ns &&
                                         entry.time_ns < *refusal.listed.back().bound_ns;
      if (refused) {
        verdicts_[entry.index] = {Fate::kRefused, in_list ? listed->cause : refusal.cause};
        listed += in_list ? 1 : 0;
        ++found;
      }
    }
    return found;
  }

  void apply_request(const LokiRefusal& refusal) {
    if (refusal.cause == Cause::kNoSchema) {
      refuse_without_schema(refusal);
    }
    if (refusal_scope(refusal.cause) >= RefusalScope::kRequest) {
      const bool certain = refusal_scope(refusal.cause) == RefusalScope::kRequest;
      mark_all_rest({certain ? Fate::kRefused : Fate::kUnsure, refusal.cause});
    }
  }

  // The time is that of the oldest entry of a stream, cut to the millisecond.
  void refuse_without_schema(const LokiRefusal& refusal) {
    constexpr std::int64_t kNanosPerMillisecond = 1'000'000;
    const std::int64_t oldest = refusal.time_ns.value_or(0) / kNanosPerMillisecond;
    for (const PushedStream& stream : pushed_.streams()) {
      for (const PushedEntry& entry : stream.entries) {
        if (entry.time_ns / kNanosPerMillisecond == oldest) {
          verdicts_[entry.index] = {Fate::kRefused, refusal.cause};
        }
      }
    }
  }

  void settle_single() {
    const bool single = verdicts_.size() == 1 && !refusals_.empty();
    if (single && verdicts_[0].fate == Fate::kUnsure && refusals_[0].cause != Cause::kForeign) {
      verdicts_[0] = {Fate::kRefused, refusals_[0].cause};
    }
  }

  PushedStreams pushed_;
  const std::vector<LokiRefusal>& refusals_;
  std::vector<const PushedStream*> told_;  // of each refusal, or none
  std::vector<EntryVerdict> verdicts_;
  // The answer counts more entries of these than were found.
  std::vector<const PushedStream*> unsure_;
  bool cut_ = false;
};

}  // namespace

std::vector<EntryVerdict> judge_entries(std::string_view body,
                                        const std::vector<LokiRefusal>& refusals) {
  return Judge(body, refusals).run();
}

}  // namespace supercargo
