// The metric families of the pipeline: requests of an output, and the ledger.
#pragma once

#include <array>
#include <string_view>

#include "agent/base/metric_desc.h"

namespace supercargo::pipeline_metrics {

inline constexpr std::array<std::string_view, 2> kOutcomeLabels = {"output", "outcome"};
inline constexpr std::array<std::string_view, 1> kOutputLabel = {"output"};
inline constexpr std::array<std::string_view, 4> kContainerLabels = {
    "output", "namespace", "pod", "container"};
inline constexpr std::array<std::string_view, 5> kReasonLabels = {
    "output", "namespace", "pod", "container", "reason"};

inline constexpr MetricDesc kRequests = {
    "supercargo_output_requests_total",
    "Requests of an output by outcome: delivered, or the reason of the failure.",
    MetricKind::kCounter,
    kOutcomeLabels};
inline constexpr MetricDesc kRequestBytes = {
    "supercargo_output_request_bytes_total",
    "Encoded bytes of requests before compression, repeats included.",
    MetricKind::kCounter,
    kOutputLabel};
inline constexpr MetricDesc kRetrying = {"supercargo_output_retrying",
                                         "1 while an output waits after a failure.",
                                         MetricKind::kGauge,
                                         kOutputLabel};
inline constexpr MetricDesc kMemoryPressure = {
    "supercargo_memory_pressure",
    "How far outputs hold less because the process is near memory_limit: each step halves it.",
    MetricKind::kGauge};
inline constexpr MetricDesc kMemoryPressureRaised = {
    "supercargo_memory_pressure_raised_total",
    "Times that the memory pressure went up by a step: the process was above nine tenths of "
    "memory_limit.",
    MetricKind::kCounter};
inline constexpr MetricDesc kUnparsedLines = {
    "supercargo_log_unparsed_lines_total",
    "Lines sent without fields because they are not of logs.parse.format, repeats included.",
    MetricKind::kCounter,
    kOutputLabel};
inline constexpr std::array kOutputFamilies = {
    kUnparsedLines, kRequests, kRequestBytes, kRetrying, kMemoryPressure, kMemoryPressureRaised};

// The ledger. written = delivered + pending + dropped + lost, in raw bytes of log files.
enum LedgerFamily : std::size_t {
  kWrittenBytes,
  kReadBytes,
  kDeliveredBytes,
  kDeliveredLines,
  kRepeatedBytes,
  kRepeatedLines,
  kPendingBytes,
  kOldestPendingSeconds,
  kMalformedLines,
  kTruncatedLines,
  kRateLimitedSeconds,
  kDroppedBytes,
  kDroppedLines,
  kLostBytes,
  kLostLines,
  kGaps,
  kLedgerFamilyCount,
};

inline constexpr std::array<MetricDesc, kLedgerFamilyCount> kLedgerFamilies = {{
    {"supercargo_log_written_bytes_total",
     "Raw bytes that log files grew by: at each scrape delivered + pending + dropped + lost bytes.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_read_bytes_total",
     "Raw bytes taken from log files, repeats included.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_delivered_bytes_total",
     "Raw bytes of log files that the receiver has.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_delivered_lines_total",
     "Raw lines of log files that the receiver has.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_repeated_bytes_total",
     "Raw bytes that were sent again after a failure.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_repeated_lines_total",
     "Raw lines that were sent again after a failure.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_pending_bytes",
     "Raw bytes of log files that are not settled yet. Their lines are not known before reading.",
     MetricKind::kGauge,
     kContainerLabels},
    {"supercargo_log_oldest_pending_seconds",
     "Age of the oldest byte that pends, since the agent first saw it in its file; 0: none does.",
     MetricKind::kGauge,
     kContainerLabels},
    {"supercargo_log_malformed_lines_total",
     "Lines that are not of their file's format, delivered as raw text.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_truncated_lines_total",
     "Lines that were cut into several records, or never got their end.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_rate_limited_seconds_total",
     "Time for which lines waited in their file because of a rate limit; there is none before the "
     "first time. A rate near 1: the container always writes more than its limit.",
     MetricKind::kCounter,
     kContainerLabels},
    {"supercargo_log_dropped_bytes_total",
     "Raw bytes that were not delivered, by decision.",
     MetricKind::kCounter,
     kReasonLabels},
    {"supercargo_log_dropped_lines_total",
     "Raw lines that were not delivered, by decision.",
     MetricKind::kCounter,
     kReasonLabels},
    {"supercargo_log_lost_bytes_total",
     "Raw bytes that were not delivered, by accident.",
     MetricKind::kCounter,
     kReasonLabels},
    {"supercargo_log_lost_lines_total",
     "Raw lines that were not delivered, by accident, where they are known: not of unread bytes.",
     MetricKind::kCounter,
     kReasonLabels},
    {"supercargo_log_gaps_total",
     "Events by which something may be missing, of unknown size: no other family counts it.",
     MetricKind::kCounter,
     kReasonLabels},
}};

}  // namespace supercargo::pipeline_metrics
