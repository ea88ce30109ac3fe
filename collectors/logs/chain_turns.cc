#include "collectors/logs/chain_turns.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace supercargo {
namespace {

// Counts the time for which there is more to read than a limit allows.
void count_limited(ChainTurns::Member& member, std::uint64_t bytes, SteadyTime now) {
  if (member.limited_since) {
    const auto waited =
        std::chrono::duration_cast<std::chrono::microseconds>(now - *member.limited_since);
    member.account->rate_limited_us.fetch_add(static_cast<std::uint64_t>(waited.count()),
                                              std::memory_order_relaxed);
  }
  const bool limited = bytes > member.chain->limits().allowance();
  member.limited_since = limited ? std::optional(now) : std::nullopt;
}

// Whether a rate limit, or the receiver, lets it wait.
bool is_delayed(ChainTurns::Member& member, std::uint64_t bytes, SteadyTime now, Backlog& backlog) {
  const std::optional<SteadyTime> until = member.chain->limits().delayed_until();
  if (bytes == 0 || !until) {
    return false;
  }
  member.delayed_at = now;
  backlog.delayed_bytes += bytes;
  backlog.look_at = std::min(backlog.look_at.value_or(*until), *until);
  return true;
}

}  // namespace

void ChainTurns::look_at(Member& member, SteadyTime now, bool ordered, Backlog& backlog) {
  ChainReader& chain = *member.chain;
  chain.observe(now);
  const std::uint64_t bytes = chain.readable_bytes();
  unread_bytes_ += bytes;
  if (bytes == 0) {
    rest(member);
  }
  chain.limits().observe(now);
  count_limited(member, bytes, now);
  if (bytes == 0 || is_delayed(member, bytes, now, backlog) ||
      !chain.may_read(/*open_request=*/0, ordered)) {
    return;
  }
  order_.add(member);
  backlog.readable_bytes +=
      std::min({bytes, chain.limits().allowance(), chain.limits().left_in(/*request=*/0)});
  SteadyTime since = chain.readable_since().value_or(now);
  // What had to wait makes no request of each drop that its bucket gets: it waits for a batch
  // again, unless that would make the bucket overflow.
  const std::optional<SteadyTime> full_at = chain.limits().full_at();
  if (full_at > now && since <= member.delayed_at) {
    since = member.delayed_at;
    backlog.look_at = std::min(backlog.look_at.value_or(*full_at), *full_at);
  }
  backlog.oldest = std::min(backlog.oldest.value_or(since), since);
}

ChainTurns::Member* ChainTurns::next(RequestId request, bool ordered) {
  return order_.next([request, ordered](const Member& member) {
    const ChainReader& chain = *member.chain;
    return chain.readable_bytes() > 0 && chain.may_read(request, ordered) &&
           chain.limits().left_in(request) > 0 && !chain.limits().delayed_until();
  });
}

}  // namespace supercargo
