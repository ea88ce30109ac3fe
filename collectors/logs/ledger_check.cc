#include "collectors/logs/ledger_check.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "collectors/logs/log_metrics.h"

namespace supercargo {

namespace {

// By then all files that an earlier reader has left (a reload) are taken up again.
constexpr std::chrono::seconds kTakeUpTime{60};

}  // namespace

LedgerCheck::LedgerCheck(std::string output, SelfMetrics& metrics)
    : output_(std::move(output)),
      differences_(metrics.counter(log_metrics::kLedgerDifferences, {output_})),
      difference_bytes_(metrics.gauge(log_metrics::kLedgerDifferenceBytes, {output_})) {}

void LedgerCheck::look(std::span<ChainTurns::Member* const> members, SteadyTime now) {
  const SteadyTime taken_up_by = first_look_.value_or(now) + kTakeUpTime;
  const bool is_over = first_look_ && now >= taken_up_by && last_look_ < taken_up_by;
  first_look_ = first_look_.value_or(now);
  last_look_ = now;
  begin();
  for (const ChainTurns::Member* member : members) {
    if (is_over) {
      member->account->lose_abandoned(member->chain->key());
    }
    member->chain->post_account();
    look_at(member->chain->key(), member->chain->account(), now);
  }
  end();
}

void LedgerCheck::look_at(const std::string& chain, const ChainAccount& account, SteadyTime now) {
  const std::int64_t difference = account.terms().difference();
  if (difference == 0) {
    return;
  }
  sum_bytes_ += static_cast<std::uint64_t>(std::abs(difference));
  if (account.difference_is_new()) {
    differences_.Increment();
    report(chain, account.terms(), now);
  }
}

void LedgerCheck::report(const std::string& chain,
                         const ChainAccount::Terms& terms,
                         SteadyTime now) {
  std::uint64_t suppressed = 0;
  if (log_.allow(now, suppressed)) {
    log_error("Ledger does not add up: please report this.",
              {{"output", output_},
               {"chain", chain},
               {"written_bytes", terms.written},
               {"delivered_bytes", terms.delivered},
               {"pending_bytes", terms.pending},
               {"dropped_bytes", terms.dropped},
               {"lost_bytes", terms.lost},
               {"difference_bytes", terms.difference()},
               {"suppressed", suppressed}});
  }
}

}  // namespace supercargo
