#include "collectors/node/fibrechannel.h"

#include <array>

#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"fc_host"};
constexpr std::array<std::string_view, 11> kInfoLabels{"dev_loss_tmo",
                                                       "fabric_name",
                                                       "fc_host",
                                                       "port_id",
                                                       "port_name",
                                                       "port_state",
                                                       "port_type",
                                                       "speed",
                                                       "supported_classes",
                                                       "supported_speeds",
                                                       "symbolic_name"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

constexpr std::array<MetricDesc, 15> kFamilies{{
    counter("node_fibrechannel_dumped_frames_total", "Number of dumped frames"),
    counter("node_fibrechannel_error_frames_total", "Number of errors in frames"),
    counter("node_fibrechannel_invalid_crc_total", "Invalid Cyclic Redundancy Check count"),
    counter("node_fibrechannel_rx_frames_total", "Number of frames received"),
    counter("node_fibrechannel_rx_words_total", "Number of words received by host port"),
    counter("node_fibrechannel_tx_frames_total", "Number of frames transmitted by host port"),
    counter("node_fibrechannel_tx_words_total", "Number of words transmitted by host port"),
    counter("node_fibrechannel_seconds_since_last_reset_total",
            "Number of seconds since last host port reset"),
    counter("node_fibrechannel_invalid_tx_words_total",
            "Number of invalid words transmitted by host port"),
    counter("node_fibrechannel_link_failure_total",
            "Number of times the host port link has failed"),
    counter("node_fibrechannel_loss_of_sync_total",
            "Number of failures on either bit or transmission word boundaries"),
    counter("node_fibrechannel_loss_of_signal_total", "Number of times signal has been lost"),
    counter("node_fibrechannel_nos_total",
            "Number Not_Operational Primitive Sequence received by host port"),
    counter("node_fibrechannel_fcp_packet_aborts_total", "Number of aborted packets"),
    {"node_fibrechannel_info",
     "Non-numeric data from /sys/class/fc_host/<host>, value is always 1.",
     MetricKind::kGauge,
     kInfoLabels},
}};

constexpr std::size_t kInfo = kFamilies.size() - 1;

// In the order of kFamilies.
constexpr std::array<std::string_view, kInfo> kFiles{"dumped_frames",
                                                     "error_frames",
                                                     "invalid_crc_count",
                                                     "rx_frames",
                                                     "rx_words",
                                                     "tx_frames",
                                                     "tx_words",
                                                     "seconds_since_last_reset",
                                                     "invalid_tx_word_count",
                                                     "link_failure_count",
                                                     "loss_of_sync_count",
                                                     "loss_of_signal_count",
                                                     "nos_count",
                                                     "fcp_packet_aborts"};

// What the adapter does not count, it gives as 2^64 - 1.
constexpr double kNotCounted = 18446744073709551615.0;

bool is_hexadecimal_name(std::string_view label) {
  return label == "fabric_name" || label == "port_id" || label == "port_name";
}

}  // namespace

std::span<const MetricDesc> FibrechannelCollector::families() const noexcept {
  return kFamilies;
}

Status FibrechannelCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> hosts = list_names(hosts_);
  if (!hosts) {
    return missing_is_unavailable(std::move(hosts).error());
  }
  for (const std::string& host : *hosts) {
    const auto labels = out.add_labels({{"fc_host", host}});
    const std::string statistics = hosts_ + "/" + host + "/statistics";
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
      const auto value = reader_.number(statistics, kFiles[i]);
      if (value && *value < kNotCounted) {
        out.add(i, labels, *value);
      }
    }
    add_info(host, out);
  }
  return Ok{};
}

void FibrechannelCollector::add_info(const std::string& host, SampleSet& out) {
  const std::string directory = hosts_ + "/" + host;
  std::string labels;
  for (const std::string_view label : kInfoLabels) {
    std::string_view value = label == "fc_host" ? host : reader_.text_or_empty(directory, label);
    if (is_hexadecimal_name(label) && value.starts_with("0x")) {
      value.remove_prefix(2);
    }
    append_label(labels, label, value);
  }
  out.add(kInfo, out.add_labels(labels), 1);
}

}  // namespace supercargo
