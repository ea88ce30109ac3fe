#include "exporters/gelf/gelf_counters.h"

#include <array>
#include <cstring>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"output"};

constexpr MetricDesc kBlank{"supercargo_gelf_blank_messages_total",
                            "Records without visible text, sent as a dash because Graylog refuses "
                            "blank messages.",
                            MetricKind::kCounter,
                            kLabels};
constexpr MetricDesc kTruncated{"supercargo_gelf_truncated_messages_total",
                                "Messages whose text was cut to the limit of the transport.",
                                MetricKind::kCounter,
                                kLabels};
constexpr MetricDesc kConnections{"supercargo_gelf_connections_total",
                                  "Connections opened to the receiver.",
                                  MetricKind::kCounter,
                                  kLabels};
constexpr MetricDesc kReplayed{"supercargo_gelf_replayed_bytes_total",
                               "Encoded bytes given up with a connection before they were settled: "
                               "they are read and sent again.",
                               MetricKind::kCounter,
                               kLabels};

constexpr std::array kDescs{kBlank,
                            kTruncated,
                            kConnections,
                            kReplayed,
                            gelf_metrics::kSendErrors,
                            gelf_metrics::kAddressUsed,
                            gelf_metrics::kAddressFailures};

}  // namespace

std::span<const MetricDesc> gelf_metric_descs() {
  return kDescs;
}

GelfCounters::GelfCounters(SelfMetrics& metrics, std::string_view output)
    : blank(metrics.counter(kBlank, {output})),
      truncated(metrics.counter(kTruncated, {output})),
      connections(metrics.counter(kConnections, {output})),
      replayed(metrics.counter(kReplayed, {output})),
      unparsed(metrics.counter(pipeline_metrics::kUnparsedLines, {output})),
      metrics_(metrics),
      output_(output) {}

void GelfCounters::count_send_error(int error_number) const {
  const char* name = ::strerrorname_np(error_number);
  metrics_.counter(gelf_metrics::kSendErrors, {output_, name == nullptr ? "other" : name})
      .Increment();
}

}  // namespace supercargo
