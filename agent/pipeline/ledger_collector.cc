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
                 const ByReason<Amount>& amounts,
                 LedgerFamily bytes,
                 LedgerFamily lines) {
  for (const auto& [reason, amount] : amounts) {
    const SampleSet::LabelBlock labels = reason_labels(out, account, reason);
    out.add(bytes, labels, static_cast<double>(amount.bytes));
    out.add(lines, labels, static_cast<double>(amount.lines));
  }
}

void add_account(SampleSet& out, const ContainerAccount& account, SteadyTime now) {
  const SampleSet::LabelBlock labels = out.add_labels({{"output", account.output},
                                                       {"namespace", account.pod_namespace},
                                                       {"pod", account.pod},
                                                       {"container", account.container}});
  const LedgerTerms terms = account.terms();
  out.add(kWrittenBytes, labels, static_cast<double>(terms.written_bytes));
  out.add(kReadBytes, labels, value_of(account.read_bytes));
  out.add(kDeliveredBytes, labels, static_cast<double>(terms.delivered.bytes));
  out.add(kDeliveredLines, labels, static_cast<double>(terms.delivered.lines));
  out.add(kRepeatedBytes, labels, value_of(account.repeated_bytes));
  out.add(kRepeatedLines, labels, value_of(account.repeated_lines));
  out.add(kPendingBytes, labels, static_cast<double>(terms.pending_bytes));
  out.add(kOldestPendingSeconds, labels, account.oldest_pending_seconds(now));
  out.add(kMalformedLines, labels, value_of(account.malformed_lines));
  out.add(kTruncatedLines, labels, value_of(account.truncated_lines));
  if (const double microseconds = value_of(account.rate_limited_us); microseconds > 0) {
    out.add(kRateLimitedSeconds, labels, microseconds / 1e6);
  }
  add_reasons(out, account, terms.dropped, kDroppedBytes, kDroppedLines);
  add_reasons(out, account, terms.lost, kLostBytes, kLostLines);
  for (const auto& [reason, events] : account.gaps()) {
    out.add(kGaps, reason_labels(out, account, reason), static_cast<double>(events));
  }
}

}  // namespace

std::span<const MetricDesc> LedgerCollector::families() const noexcept {
  return kLedgerFamilies;
}

Status LedgerCollector::collect(SampleSet& out) {
  const SteadyTime now = steady_now();
  for (const std::shared_ptr<const ContainerAccount>& account : ledger_.snapshot()) {
    add_account(out, *account, now);
  }
  return Ok{};
}

}  // namespace supercargo
