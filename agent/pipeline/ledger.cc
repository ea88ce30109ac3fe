#include "agent/pipeline/ledger.h"

namespace supercargo {
namespace {

template <class Value>
using ByReason = std::map<std::string, Value, std::less<>>;

template <class Value>
Value& at(ByReason<Value>& values, std::string_view reason) {
  const auto entry = values.find(reason);
  return entry != values.end() ? entry->second : values[std::string(reason)];
}

void add(ByReason<Amount>& amounts, std::string_view reason, Amount amount) {
  Amount& sum = at(amounts, reason);
  sum.bytes += amount.bytes;
  sum.lines += amount.lines;
}

template <class Value>
std::map<std::string, Value> copy_of(const ByReason<Value>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

ContainerAccount::ContainerAccount(std::string output_name, const ContainerInfo& info)
    : output(std::move(output_name)),
      pod_namespace(info.pod_namespace),
      pod(info.pod),
      container(info.container) {}

void ContainerAccount::drop(std::string_view reason, Amount amount) {
  const std::lock_guard lock(mutex_);
  add(dropped_, reason, amount);
}

void ContainerAccount::lose(std::string_view reason, Amount amount) {
  const std::lock_guard lock(mutex_);
  add(lost_, reason, amount);
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

std::shared_ptr<ContainerAccount> Ledger::account(const std::string& output,
                                                  const ContainerInfo& info) {
  Key key{output, info.pod_namespace, info.pod, info.container};
  const std::lock_guard lock(mutex_);
  std::shared_ptr<ContainerAccount>& account = accounts_[std::move(key)];
  if (!account) {
    account = std::make_shared<ContainerAccount>(output, info);
  }
  return account;
}

std::vector<std::shared_ptr<const ContainerAccount>> Ledger::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const ContainerAccount>> accounts;
  accounts.reserve(accounts_.size());
  for (const auto& [key, account] : accounts_) {
    accounts.push_back(account);
  }
  return accounts;
}

void Ledger::forget_unused() {
  const std::lock_guard lock(mutex_);
  std::erase_if(accounts_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace supercargo
