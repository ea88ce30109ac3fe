#include "collectors/node/infiniband.h"

#include <array>
#include <cmath>

#include "agent/base/text.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"device", "port"};
constexpr std::array<std::string_view, 4> kInfoLabels{
    "board_id", "device", "firmware_version", "hca_type"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kLabels};
}

enum Family : std::size_t { kInfo, kState, kPhysicalState, kRate, kFirstCounter };

constexpr std::array<MetricDesc, 34> kFamilies{{
    {"node_infiniband_info",
     "Non-numeric data from /sys/class/infiniband/<device>, value is always 1.",
     MetricKind::kGauge,
     kInfoLabels},
    gauge("node_infiniband_state_id",
          "State of the InfiniBand port (0: no change, 1: down, 2: init, 3: armed, 4: active, 5: "
          "act defer)"),
    gauge("node_infiniband_physical_state_id",
          "Physical state of the InfiniBand port (0: no change, 1: sleep, 2: polling, 3: disable, "
          "4: shift, 5: link up, 6: link error recover, 7: phytest)"),
    gauge("node_infiniband_rate_bytes_per_second", "Maximum signal transfer rate"),
    counter("node_infiniband_legacy_multicast_packets_received_total",
            "Number of multicast packets received"),
    counter("node_infiniband_legacy_multicast_packets_transmitted_total",
            "Number of multicast packets transmitted"),
    counter("node_infiniband_legacy_data_received_bytes_total",
            "Number of data octets received on all links"),
    counter("node_infiniband_legacy_packets_received_total",
            "Number of data packets received on all links"),
    counter("node_infiniband_legacy_unicast_packets_received_total",
            "Number of unicast packets received"),
    counter("node_infiniband_legacy_unicast_packets_transmitted_total",
            "Number of unicast packets transmitted"),
    counter("node_infiniband_legacy_data_transmitted_bytes_total",
            "Number of data octets transmitted on all links"),
    counter("node_infiniband_legacy_packets_transmitted_total",
            "Number of data packets received on all links"),
    counter("node_infiniband_excessive_buffer_overrun_errors_total",
            "Number of times that OverrunErrors consecutive flow control update periods occurred, "
            "each having at least one overrun error."),
    counter("node_infiniband_link_downed_total",
            "Number of times the link failed to recover from an error state and went down"),
    counter("node_infiniband_link_error_recovery_total",
            "Number of times the link successfully recovered from an error state"),
    counter("node_infiniband_local_link_integrity_errors_total",
            "Number of times that the count of local physical errors exceeded the threshold "
            "specified by LocalPhyErrors."),
    counter("node_infiniband_multicast_packets_received_total",
            "Number of multicast packets received (including errors)"),
    counter("node_infiniband_multicast_packets_transmitted_total",
            "Number of multicast packets transmitted (including errors)"),
    counter("node_infiniband_port_constraint_errors_received_total",
            "Number of packets received on the switch physical port that are discarded"),
    counter("node_infiniband_port_constraint_errors_transmitted_total",
            "Number of packets not transmitted from the switch physical port"),
    counter("node_infiniband_port_data_received_bytes_total",
            "Number of data octets received on all links"),
    counter("node_infiniband_port_data_transmitted_bytes_total",
            "Number of data octets transmitted on all links"),
    counter(
        "node_infiniband_port_discards_received_total",
        "Number of inbound packets discarded by the port because the port is down or congested"),
    counter(
        "node_infiniband_port_discards_transmitted_total",
        "Number of outbound packets discarded by the port because the port is down or congested"),
    counter("node_infiniband_port_errors_received_total",
            "Number of packets containing an error that were received on this port"),
    counter("node_infiniband_port_packets_received_total",
            "Number of packets received on all VLs by this port (including errors)"),
    counter("node_infiniband_port_packets_transmitted_total",
            "Number of packets transmitted on all VLs from this port (including errors)"),
    counter("node_infiniband_port_transmit_wait_total",
            "Number of ticks during which the port had data to transmit but no data was sent "
            "during the entire tick"),
    counter("node_infiniband_unicast_packets_received_total",
            "Number of unicast packets received (including errors)"),
    counter("node_infiniband_unicast_packets_transmitted_total",
            "Number of unicast packets transmitted (including errors)"),
    counter("node_infiniband_port_receive_remote_physical_errors_total",
            "Number of packets marked with the EBP (End of Bad Packet) delimiter received on the "
            "port."),
    counter("node_infiniband_port_receive_switch_relay_errors_total",
            "Number of packets that could not be forwarded by the switch."),
    counter("node_infiniband_symbol_error_total",
            "Number of minor link errors detected on one or more physical lanes."),
    counter("node_infiniband_vl15_dropped_total",
            "Number of incoming VL15 packets dropped due to resource limitations."),
}};

// Data is counted for one of four lanes.
constexpr double kLane = 0.25;

// In the order of kFamilies.
constexpr std::array<NumberAttribute, kFamilies.size() - kFirstCounter> kFiles{{
    {"counters_ext/port_multicast_rcv_packets"},
    {"counters_ext/port_multicast_xmit_packets"},
    {"counters_ext/port_rcv_data_64", kLane},
    {"counters_ext/port_rcv_packets_64"},
    {"counters_ext/port_unicast_rcv_packets"},
    {"counters_ext/port_unicast_xmit_packets"},
    {"counters_ext/port_xmit_data_64", kLane},
    {"counters_ext/port_xmit_packets_64"},
    {"counters/excessive_buffer_overrun_errors"},
    {"counters/link_downed"},
    {"counters/link_error_recovery"},
    {"counters/local_link_integrity_errors"},
    {"counters/multicast_rcv_packets"},
    {"counters/multicast_xmit_packets"},
    {"counters/port_rcv_constraint_errors"},
    {"counters/port_xmit_constraint_errors"},
    {"counters/port_rcv_data", kLane},
    {"counters/port_xmit_data", kLane},
    {"counters/port_rcv_discards"},
    {"counters/port_xmit_discards"},
    {"counters/port_rcv_errors"},
    {"counters/port_rcv_packets"},
    {"counters/port_xmit_packets"},
    {"counters/port_xmit_wait"},
    {"counters/unicast_rcv_packets"},
    {"counters/unicast_xmit_packets"},
    {"counters/port_rcv_remote_physical_errors"},
    {"counters/port_rcv_switch_relay_errors"},
    {"counters/symbol_error"},
    {"counters/VL15_dropped"},
}};

constexpr double kBytesPerGigabit = 125'000'000;

}  // namespace

std::optional<double> parse_infiniband_state(std::string_view text) {
  return parse_number<double>(trim(take_until(text, ':')));
}

std::optional<double> parse_infiniband_rate(std::string_view text) {
  const std::optional<double> gigabits = parse_number<double>(take_word(text));
  if (!gigabits || *gigabits < 0 || !text.starts_with(" Gb/sec")) {
    return std::nullopt;
  }
  return std::floor(*gigabits * kBytesPerGigabit);
}

std::span<const MetricDesc> InfinibandCollector::families() const noexcept {
  return kFamilies;
}

Status InfinibandCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> devices = list_names(devices_);
  if (!devices) {
    return missing_is_unavailable(std::move(devices).error());
  }
  for (const std::string& device : *devices) {
    const std::string directory = devices_ + "/" + device;
    std::string labels;
    append_label(labels, "board_id", reader_.text_or_empty(directory, "board_id"));
    append_label(labels, "device", device);
    append_label(labels, "firmware_version", reader_.text_or_empty(directory, "fw_ver"));
    append_label(labels, "hca_type", reader_.text_or_empty(directory, "hca_type"));
    out.add(kInfo, out.add_labels(labels), 1);
    for (const std::string& port : list_numbered(directory + "/ports", "")) {
      collect_port(device, port, out);
    }
  }
  return Ok{};
}

void InfinibandCollector::collect_port(const std::string& device,
                                       const std::string& port,
                                       SampleSet& out) {
  const std::string directory = devices_ + "/" + device + "/ports/" + port;
  const auto labels = out.add_labels({{"device", device}, {"port", port}});
  const auto add = [&](std::size_t family, std::optional<double> value) {
    if (value) {
      out.add(family, labels, *value);
    }
  };
  add(kState, parse_infiniband_state(reader_.text_or_empty(directory, "state")));
  add(kPhysicalState, parse_infiniband_state(reader_.text_or_empty(directory, "phys_state")));
  add(kRate, parse_infiniband_rate(reader_.text_or_empty(directory, "rate")));
  add_numbers(reader_, directory, kFiles, kFirstCounter, labels, out);
}

}  // namespace supercargo
