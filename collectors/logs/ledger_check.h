// The ledger's self-check: the terms of every chain of an output add up, always.
//
// Owned by a LogReader, on its output's thread, which is where the terms change: what it sees is of
// one moment, so any difference is an error of the agent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "collectors/logs/chain_account.h"
#include "collectors/logs/chain_turns.h"

namespace supercargo {

class LedgerCheck {
 public:
  LedgerCheck(std::string output, SelfMetrics& metrics);

  // One round: lets all chains post their accounts, and checks them.
  void look(std::span<ChainTurns::Member* const> members, SteadyTime now);

  // What a round is made of.
  void begin() { sum_bytes_ = 0; }

  void look_at(const std::string& chain, const ChainAccount& account, SteadyTime now);

  void end() { difference_bytes_.Set(static_cast<double>(sum_bytes_)); }

 private:
  void report(const std::string& chain, const ChainAccount::Terms& terms, SteadyTime now);

  const std::string output_;
  prometheus::Counter& differences_;
  prometheus::Gauge& difference_bytes_;
  LogLimiter log_;
  std::uint64_t sum_bytes_ = 0;
  std::optional<SteadyTime> first_look_;
  SteadyTime last_look_{};
};

}  // namespace supercargo
