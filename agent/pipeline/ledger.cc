#include "agent/pipeline/ledger.h"

#include <algorithm>
#include <utility>

namespace supercargo {
namespace {

template <class Value>
Value& at(ByReason<Value>& values, std::string_view reason) {
  const auto entry = values.find(reason);
  return entry != values.end() ? entry->second : values[std::string(reason)];
}

void add(ByReason<Amount>& sums, const ByReason<Amount>& amounts) {
  for (const auto& [reason, amount] : amounts) {
    at(sums, reason) += amount;
  }
}

template <class Value>
std::map<std::string, Value> copy_of(const ByReason<Value>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

Amount sum_of(const ByReason<Amount>& amounts) {
  Amount sum;
  for (const auto& [reason, amount] : amounts) {
    sum += amount;
  }
  return sum;
}

LedgerTerms& LedgerTerms::operator+=(const LedgerTerms& other) {
  written_bytes += other.written_bytes;
  delivered += other.delivered;
  pending_bytes += other.pending_bytes;
  add(dropped, other.dropped);
  add(lost, other.lost);
  return *this;
}

std::int64_t LedgerTerms::difference() const {
  return static_cast<std::int64_t>(written_bytes - delivered.bytes - sum_of(dropped).bytes -
                                   sum_of(lost).bytes) -
         pending_bytes;
}

ContainerAccount::ContainerAccount(std::string output_name, const ContainerInfo& info)
    : output(std::move(output_name)),
      pod_namespace(info.source.empty() ? info.pod_namespace : std::string()),
      pod(info.source.empty() ? info.pod : std::string()),
      container(info.source.empty() ? info.container : info.source) {}

double ContainerAccount::oldest_pending_seconds(SteadyTime now) const {
  const SteadyTime::rep since = oldest_pending.load(std::memory_order_relaxed);
  const std::chrono::duration<double> age = now.time_since_epoch() - SteadyTime::duration(since);
  return since == 0 ? 0.0 : std::max(age.count(), 0.0);
}

void ContainerAccount::post(const LedgerTerms& change, std::string_view chain) {
  const std::lock_guard lock(mutex_);
  std::uint64_t again = 0;
  if (const auto left = abandoned_bytes_.find(chain); left != abandoned_bytes_.end()) {
    again = std::min(left->second, change.written_bytes);
    left->second -= again;
  }
  written_bytes += change.written_bytes - again;
  pending_bytes += static_cast<std::uint64_t>(change.pending_bytes) - again;
  delivered_bytes += change.delivered.bytes;
  delivered_lines += change.delivered.lines;
  add(dropped_, change.dropped);
  add(lost_, change.lost);
}

LedgerTerms ContainerAccount::terms() const {
  const std::lock_guard lock(mutex_);
  return {written_bytes,
          {delivered_bytes, delivered_lines},
          static_cast<std::int64_t>(pending_bytes.load()),
          dropped_,
          lost_};
}

void ContainerAccount::abandon_pending(std::string_view chain, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > 0) {
    abandoned_bytes_[std::string(chain)] += bytes;
  }
}

void ContainerAccount::lose_abandoned(std::string_view chain) {
  lose_abandoned_unless([chain](const std::string& other) { return other != chain; });
}

void ContainerAccount::lose_abandoned_unless(
    const std::function<bool(const std::string& chain)>& is_read) {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  std::erase_if(abandoned_bytes_, [&](const auto& left) {
    const bool lost = !is_read(left.first);
    bytes += lost ? left.second : 0;
    return lost;
  });
  if (bytes > 0) {
    at(lost_, "gone_during_reload") += Amount{bytes, 0};
    pending_bytes -= bytes;
  }
}

void ContainerAccount::drop(std::string_view reason, Amount amount) {
  const std::lock_guard lock(mutex_);
  at(dropped_, reason) += amount;
}

void ContainerAccount::lose(std::string_view reason, Amount amount) {
  const std::lock_guard lock(mutex_);
  at(lost_, reason) += amount;
}

std::map<std::string, Amount> ContainerAccount::dropped() const {
  const std::lock_guard lock(mutex_);
  return copy_of(dropped_);
}

std::map<std::string, Amount> ContainerAccount::lost() const {
  const std::lock_guard lock(mutex_);
  return copy_of(lost_);
}

void ContainerAccount::gap(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  ++at(gaps_, reason);
}

std::map<std::string, std::uint64_t> ContainerAccount::gaps() const {
  const std::lock_guard lock(mutex_);
  return copy_of(gaps_);
}

bool ContainerAccount::misses_something() const {
  const std::lock_guard lock(mutex_);
  return !dropped_.empty() || !lost_.empty() || !gaps_.empty();
}

std::shared_ptr<ContainerAccount> Ledger::account(const std::string& output,
                                                  const ContainerInfo& info) {
  const bool own = info.source.empty();
  Key key = own ? Key{output, info.pod_namespace, info.pod, info.container}
                : Key{output, {}, {}, info.source};
  const std::lock_guard lock(mutex_);
  Kept& kept = accounts_[std::move(key)];
  if (!kept.account) {
    kept.account = std::make_shared<ContainerAccount>(output, info);
  }
  kept.unused_since.reset();
  return kept.account;
}

std::vector<std::shared_ptr<const ContainerAccount>> Ledger::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const ContainerAccount>> accounts;
  accounts.reserve(accounts_.size());
  for (const auto& [key, kept] : accounts_) {
    accounts.push_back(kept.account);
  }
  return accounts;
}

void Ledger::lose_abandoned_unless(const std::string& output,
                                   const std::function<bool(const std::string& chain)>& is_read) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, kept] : accounts_) {
    if (std::get<0>(key) == output) {
      kept.account->lose_abandoned_unless(is_read);
    }
  }
}

void Ledger::forget_unused(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  for (auto entry = accounts_.begin(); entry != accounts_.end();) {
    Kept& kept = entry->second;
    if (kept.account.use_count() > 1) {
      kept.unused_since.reset();
    } else if (!kept.unused_since) {
      kept.unused_since = now;
    }
    const auto keep = kept.account->misses_something() ? kKeepLoss : kKeep;
    const bool over = kept.unused_since && now - *kept.unused_since >= keep;
    entry = over ? accounts_.erase(entry) : std::next(entry);
  }
}

}  // namespace supercargo
