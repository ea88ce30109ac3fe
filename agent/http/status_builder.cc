#include "agent/http/status_builder.h"

#include <algorithm>
#include <utility>

namespace supercargo {
namespace {

constexpr std::chrono::seconds kShortestWindow{1};

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

ContainerStatus::Lag lag_of(const ContainerAccount& account, SteadyTime now) {
  return {account.pending_bytes.load(), account.oldest_pending_seconds(now)};
}

// Nothing when the counter is new or began again.
std::optional<double> rate(std::optional<double> before,
                           std::optional<double> after,
                           double seconds) {
  if (!before || !after || *after < *before || seconds <= 0) {
    return std::nullopt;
  }
  return (*after - *before) / seconds;
}

}  // namespace

void StatusBuilder::add_usage(const Input& input, Rows& rows, Look& look) {
  for (const auto& [key, usage] : container_usage(input.samples)) {
    rows[key].memory_bytes = usage.memory_bytes;
    look.counters[key].cpu_seconds = usage.cpu_seconds;
  }
}

void StatusBuilder::add_accounts(const Input& input, Rows& rows, Look& look) {
  for (const AccountPointer& account : input.accounts) {
    const ContainerKey key{account->pod_namespace, account->pod, account->container};
    std::optional<double>& written = look.counters[key].log_bytes;
    written = std::max(written.value_or(0), static_cast<double>(account->written_bytes.load()));
    auto& lags = rows[key].lags;
    lags.resize(input.outputs.size());
    for (std::size_t i = 0; i < input.outputs.size(); ++i) {
      if (input.outputs[i].name == account->output) {
        lags[i] = lag_of(*account, input.now);
      }
    }
  }
}

void StatusBuilder::add_rates(const Look& look, Rows& rows) const {
  if (!base_) {
    return;
  }
  const double sample_seconds = seconds_between(base_->sampled_at, look.sampled_at);
  const double seconds = seconds_between(base_->time, look.time);
  for (auto& [key, row] : rows) {
    const auto before = base_->counters.find(key);
    const auto after = look.counters.find(key);
    if (before == base_->counters.end() || after == look.counters.end()) {
      continue;
    }
    row.cpu_cores = rate(before->second.cpu_seconds, after->second.cpu_seconds, sample_seconds);
    row.log_bytes_per_second = rate(before->second.log_bytes, after->second.log_bytes, seconds);
  }
}

// The page of somebody who reloads quickly keeps its base, so that rates stay rates.
void StatusBuilder::keep(Look look) {
  if (!last_ || look.sampled_at - last_->sampled_at >= kShortestWindow) {
    base_ = std::exchange(last_, std::move(look));
  }
}

StatusSnapshot StatusBuilder::build(Input input) {
  Rows rows;
  Look look{input.sampled_at, input.now, {}};
  add_usage(input, rows, look);
  add_accounts(input, rows, look);

  StatusSnapshot status;
  status.version = version_;
  status.node = node_;
  status.uptime_seconds = seconds_between(started_, input.now);
  keep(look);
  add_rates(look, rows);
  if (base_) {
    status.rate_window_seconds = seconds_between(base_->time, look.time);
  }
  for (auto& [key, row] : rows) {
    std::tie(row.pod_namespace, row.pod, row.container) = key;
    row.lags.resize(input.outputs.size());
    status.containers.push_back(std::move(row));
  }
  status.outputs = std::move(input.outputs);
  return status;
}

}  // namespace supercargo
