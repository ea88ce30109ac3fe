#include "agent/pipeline/ledger.h"

namespace supercargo {
namespace {

void add(std::map<std::string, Amount, std::less<>>& amounts,
         std::string_view reason,
         Amount amount) {
  auto entry = amounts.find(reason);
  if (entry == amounts.end()) {
    entry = amounts.emplace(std::string(reason), Amount{}).first;
  }
  entry->second.bytes += amount.bytes;
  entry->second.lines += amount.lines;
}

std::map<std::string, Amount> copy_of(const std::map<std::string, Amount, std::less<>>& amounts) {
  return {amounts.begin(), amounts.end()};
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
