#include "collectors/logs/chain_account.h"

#include <string>
#include <utility>

namespace supercargo {
namespace {

void add(ByReason<Amount>& sums, std::string_view reason, Amount amount) {
  const auto known = sums.find(reason);
  (known != sums.end() ? known->second : sums[std::string(reason)]) += amount;
}

}  // namespace

ChainAccount::~ChainAccount() {
  container_->post(change_, chain_);
  container_->abandon_pending(chain_, terms_.pending);
  post_oldest(0);
}

void ChainAccount::write(std::uint64_t bytes) {
  terms_.written += bytes;
  change_.written_bytes += bytes;
  changed_ = true;
}

void ChainAccount::deliver(Amount amount) {
  terms_.delivered += amount.bytes;
  change_.delivered += amount;
  changed_ = true;
}

void ChainAccount::drop(std::string_view reason, Amount amount) {
  terms_.dropped += amount.bytes;
  add(change_.dropped, reason, amount);
  changed_ = true;
}

void ChainAccount::lose(std::string_view reason, Amount amount) {
  terms_.lost += amount.bytes;
  add(change_.lost, reason, amount);
  changed_ = true;
}

void ChainAccount::post(std::uint64_t pending, std::optional<SteadyTime> oldest) {
  post_oldest(oldest ? oldest->time_since_epoch().count() : 0);
  difference_is_new_ = false;
  if (!changed_ && pending == terms_.pending) {
    return;
  }
  change_.pending_bytes =
      static_cast<std::int64_t>(pending - std::exchange(terms_.pending, pending));
  const std::int64_t difference = terms_.difference();
  difference_is_new_ = difference != std::exchange(posted_difference_, difference);
  container_->post(std::exchange(change_, {}), chain_);
  changed_ = false;
}

// The container's oldest byte is that of one of its chains, which all post at the same pace: this
// one's counts when it is older, or when the one that counts is this one's of the last post.
void ChainAccount::post_oldest(SteadyTime::rep oldest) {
  const SteadyTime::rep mine = std::exchange(posted_oldest_, oldest);
  const SteadyTime::rep known = container_->oldest_pending.load(std::memory_order_relaxed);
  const bool counts = known == mine || known == 0 || (oldest != 0 && oldest < known);
  if (counts && oldest != known) {
    container_->oldest_pending.store(oldest, std::memory_order_relaxed);
  }
}

}  // namespace supercargo
