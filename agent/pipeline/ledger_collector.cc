#include "agent/pipeline/ledger_collector.h"

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

using namespace pipeline_metrics;  // NOLINT(google-build-using-namespace): the table of this file's
                                   // families

double value_of(const std::atomic<std::uint64_t>& number) {
  return static_cast<double>(number.load(std::memory_order_relaxed));
}

SampleSet::LabelBlock reason_labels(SampleSet& out,
                                    const ContainerAccount& account,
                                    const std::string& reason) {
  return out.add_labels({{"output", account.output},
                         {"namespace", account.pod_namespace},
                         {"pod", account.pod},
                         {"container", account.container},
                         {"reason", reason}});
}

void add_reasons(SampleSet& out,
                 const ContainerAccount& account,
                 const std::map<std::string, Amount>& amounts,
                 LedgerFamily bytes,
                 LedgerFamily lines) {
  for (const auto& [reason, amount] : amounts) {
    const SampleSet::LabelBlock labels = reason_labels(out, account, reason);
    out.add(bytes, labels, static_cast<double>(amount.bytes));
    out.add(lines, labels, static_cast<double>(amount.lines));
  }
}

}  // namespace

std::span<const MetricDesc> LedgerCollector::families() const noexcept {
  return kLedgerFamilies;
}

Status LedgerCollector::collect(SampleSet& out) {
  for (const std::shared_ptr<const ContainerAccount>& account : ledger_.snapshot()) {
    const SampleSet::LabelBlock labels = out.add_labels({{"output", account->output},
                                                         {"namespace", account->pod_namespace},
                                                         {"pod", account->pod},
                                                         {"container", account->container}});
    out.add(kReadBytes, labels, value_of(account->read_bytes));
    out.add(kDeliveredBytes, labels, value_of(account->delivered_bytes));
    out.add(kDeliveredLines, labels, value_of(account->delivered_lines));
    out.add(kRepeatedBytes, labels, value_of(account->repeated_bytes));
    out.add(kRepeatedLines, labels, value_of(account->repeated_lines));
    out.add(kPendingBytes, labels, value_of(account->pending_bytes));
    out.add(kMalformedLines, labels, value_of(account->malformed_lines));
    out.add(kTruncatedLines, labels, value_of(account->truncated_lines));
    add_reasons(out, *account, account->dropped(), kDroppedBytes, kDroppedLines);
    add_reasons(out, *account, account->lost(), kLostBytes, kLostLines);
    for (const auto& [reason, events] : account->gaps()) {
      out.add(kGaps, reason_labels(out, *account, reason), static_cast<double>(events));
    }
  }
  return Ok{};
}

}  // namespace supercargo
