// The metric families of the log reading part.
#pragma once

#include <array>
#include <string_view>

#include "agent/base/metric_desc.h"

namespace supercargo::log_metrics {

inline constexpr std::array<std::string_view, 1> kOutputLabel = {"output"};

inline constexpr MetricDesc kJournalErrors = {
    "supercargo_journal_errors_total",
    "Writes of an output's journal that failed; they are tried again.",
    MetricKind::kCounter,
    kOutputLabel};
inline constexpr MetricDesc kJournalSetAside = {
    "supercargo_journal_segments_set_aside_total",
    "Journal segments that were damaged or of another format version.",
    MetricKind::kCounter,
    kOutputLabel};
inline constexpr MetricDesc kSyncErrors = {"supercargo_journal_sync_errors_total",
                                           "Rounds of fdatasync over all journals that failed.",
                                           MetricKind::kCounter};
inline constexpr MetricDesc kSyncSeconds = {"supercargo_journal_sync_seconds_total",
                                            "Time spent in fdatasync for the journals.",
                                            MetricKind::kCounter};
inline constexpr MetricDesc kWatches = {
    "supercargo_log_watches", "Directories watched by inotify.", MetricKind::kGauge};
inline constexpr MetricDesc kOpenFiles = {
    "supercargo_log_open_files", "Log files held open.", MetricKind::kGauge};
inline constexpr MetricDesc kParkedFiles = {
    "supercargo_log_parked_files",
    "Log files above the bound on open files: opened for each read.",
    MetricKind::kGauge};
inline constexpr MetricDesc kDeletedBytes = {
    "supercargo_log_deleted_bytes",
    "Disk that deleted log files take until all outputs have read them.",
    MetricKind::kGauge};
inline constexpr MetricDesc kDescriptorShortages = {
    "supercargo_log_descriptor_shortages_total",
    "Log files and directories that could not be opened for want of file descriptors; they are "
    "tried again.",
    MetricKind::kCounter};
inline constexpr MetricDesc kRescans = {
    "supercargo_log_rescans_total",
    "Full looks at all log directories, the truth behind the events.",
    MetricKind::kCounter};
inline constexpr MetricDesc kScanBusy = {
    "supercargo_log_scan_busy_seconds",
    "How long the look at log directories that is under way has taken: much more than 0 while a "
    "disk or file server does not answer.",
    MetricKind::kGauge};
inline constexpr MetricDesc kWatchOverflows = {
    "supercargo_log_watch_overflows_total",
    "Overflows of the inotify queue; each is followed by a rescan.",
    MetricKind::kCounter};
inline constexpr MetricDesc kScanErrors = {"supercargo_log_scan_errors_total",
                                           "Log directories and files that could not be read.",
                                           MetricKind::kCounter};

inline constexpr MetricDesc kLedgerDifferences = {
    "supercargo_ledger_differences_total",
    "Times that a chain's written bytes were not delivered + pending + dropped + lost: never.",
    MetricKind::kCounter,
    kOutputLabel};
inline constexpr MetricDesc kLedgerDifferenceBytes = {
    "supercargo_ledger_difference_bytes",
    "Raw bytes by which the ledger's terms do not add up now, summed over chains: 0.",
    MetricKind::kGauge,
    kOutputLabel};

inline constexpr MetricDesc kStalledFiles = {
    "supercargo_log_stalled_files",
    "Log files with bytes that nobody has read for a minute in which the output could read them.",
    MetricKind::kGauge,
    kOutputLabel};

inline constexpr std::array kAll = {kJournalErrors,
                                    kJournalSetAside,
                                    kSyncErrors,
                                    kSyncSeconds,
                                    kWatches,
                                    kOpenFiles,
                                    kParkedFiles,
                                    kDeletedBytes,
                                    kDescriptorShortages,
                                    kRescans,
                                    kScanBusy,
                                    kWatchOverflows,
                                    kScanErrors,
                                    kLedgerDifferences,
                                    kLedgerDifferenceBytes,
                                    kStalledFiles};

}  // namespace supercargo::log_metrics
