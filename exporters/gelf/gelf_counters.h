// What the GELF senders count, beside what the delivery loop and the ledger count for every output.
//
// agent/app owns the SelfMetrics behind it; a sender keeps a GelfCounters for its life. Incremented
// by the output's thread, read by any.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "agent/base/metric_desc.h"
#include "agent/base/self_metrics.h"

namespace supercargo {

// Every family of this folder, for METRICS.md.
[[nodiscard]] std::span<const MetricDesc> gelf_metric_descs();

namespace gelf_metrics {

inline constexpr std::array<std::string_view, 2> kAddressLabels{"output", "address"};
inline constexpr std::array<std::string_view, 2> kErrorLabels{"output", "error"};

// Of outputs with failover_urls.
inline constexpr MetricDesc kAddressUsed{
    "supercargo_gelf_address_used",
    "1 for the address that an output with failover_urls sends to, 0 for its others.",
    MetricKind::kGauge,
    kAddressLabels};
inline constexpr MetricDesc kAddressFailures{
    "supercargo_gelf_address_failures_total",
    "Times that an address was left for the next one because it failed.",
    MetricKind::kCounter,
    kAddressLabels};

inline constexpr MetricDesc kSendErrors{
    "supercargo_gelf_send_errors_total",
    "Datagrams that the kernel did not take, by its error: ENOBUFS and EAGAIN are tried again in a "
    "moment, others fail the request, which is read and sent again.",
    MetricKind::kCounter,
    kErrorLabels};

}  // namespace gelf_metrics

struct GelfCounters {
  GelfCounters(SelfMetrics& metrics, std::string_view output);

  prometheus::Counter& blank;        // messages whose text was replaced by "-"
  prometheus::Counter& truncated;    // messages cut to a limit
  prometheus::Counter& connections;  // opened
  prometheus::Counter& replayed;     // bytes handed to a connection and failed with it
  prometheus::Counter& unparsed;     // lines sent without the fields that are wanted

  // A datagram that the kernel did not take; `error_number` is its errno.
  void count_send_error(int error_number) const;

 private:
  SelfMetrics& metrics_;
  std::string output_;
};

}  // namespace supercargo
