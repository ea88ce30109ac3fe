#include "agent/pipeline/output_totals.h"

#include <algorithm>

namespace supercargo {

void add_totals(const Ledger& ledger, SteadyTime now, std::vector<OutputStatus>& outputs) {
  for (const std::shared_ptr<const ContainerAccount>& account : ledger.snapshot()) {
    const auto output =
        std::find_if(outputs.begin(), outputs.end(), [&](const OutputStatus& status) {
          return status.name == account->output;
        });
    if (output == outputs.end()) {
      continue;
    }
    output->delivered_bytes += account->delivered_bytes.load(std::memory_order_relaxed);
    output->delivered_lines += account->delivered_lines.load(std::memory_order_relaxed);
    output->pending_bytes += account->pending_bytes.load(std::memory_order_relaxed);
    output->oldest_pending_seconds =
        std::max(output->oldest_pending_seconds, account->oldest_pending_seconds(now));
    for (const auto& [reason, amount] : account->dropped()) {
      output->dropped_lines += amount.lines;
    }
  }
}

}  // namespace supercargo
