#include "collectors/node/netdev.h"

#include "agent/base/file_end.h"
#include "agent/base/text.h"
#include "collectors/node/host_namespaces.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kDevice{"device"};

constexpr MetricDesc family(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kDevice};
}

// In the order of NetDevice::counters, then what only sysfs has.
constexpr std::array<MetricDesc, NetDevice::kCounters + 1> kFamilies{{
    family("node_network_receive_bytes_total", "Network device statistic receive_bytes."),
    family("node_network_receive_packets_total", "Network device statistic receive_packets."),
    family("node_network_receive_errs_total", "Network device statistic receive_errs."),
    family("node_network_receive_drop_total", "Network device statistic receive_drop."),
    family("node_network_receive_fifo_total", "Network device statistic receive_fifo."),
    family("node_network_receive_frame_total", "Network device statistic receive_frame."),
    family("node_network_receive_compressed_total", "Network device statistic receive_compressed."),
    family("node_network_receive_multicast_total", "Network device statistic receive_multicast."),
    family("node_network_transmit_bytes_total", "Network device statistic transmit_bytes."),
    family("node_network_transmit_packets_total", "Network device statistic transmit_packets."),
    family("node_network_transmit_errs_total", "Network device statistic transmit_errs."),
    family("node_network_transmit_drop_total", "Network device statistic transmit_drop."),
    family("node_network_transmit_fifo_total", "Network device statistic transmit_fifo."),
    family("node_network_transmit_colls_total", "Network device statistic transmit_colls."),
    family("node_network_transmit_carrier_total", "Network device statistic transmit_carrier."),
    family("node_network_transmit_compressed_total",
           "Network device statistic transmit_compressed."),
    family("node_network_receive_nohandler_total", "Network device statistic receive_nohandler."),
}};

bool parse_counters(std::string_view line, NetDevice& device) {
  for (std::uint64_t& counter : device.counters) {
    const std::optional<std::uint64_t> value = parse_u64(take_word(line));
    if (!value) {
      return false;
    }
    counter = *value;
  }
  return true;
}

}  // namespace

// Inter-|   Receive                                                |  Transmit
//  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets ...
//   eth0: 45900595    1169    0    0    0     0          0         0    56150     697 ...
Status parse_net_dev(std::string_view text, std::vector<NetDevice>& out) {
  out.clear();
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    const std::size_t colon = line.rfind(':');  // an alias is a name with a colon in it: eth0:1
    if (colon == std::string_view::npos) {
      continue;
    }
    NetDevice device{trim(line.substr(0, colon)), {}};
    if (!device.name.empty() && parse_counters(line.substr(colon + 1), device)) {
      out.push_back(device);
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "net/dev: no line \"<device>: <16 numbers>\""};
  }
  return Ok{};
}

NetdevCollector::NetdevCollector(const NodeOptions& options)
    : file_(options.host.proc + "/1/net/dev", FileEnd::kLessThanPage),
      filter_(options.config.netdev_device_include, options.config.netdev_device_exclude),
      class_net_(sysfs_shows_host_network(options.host) ? options.host.sys + "/class/net/" : "") {}

std::span<const MetricDesc> NetdevCollector::families() const noexcept {
  return kFamilies;
}

Status NetdevCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  if (Status status = parse_net_dev(*text, devices_); !status) {
    return status;
  }
  for (const NetDevice& device : devices_) {
    if (!filter_.selects(device.name)) {
      continue;
    }
    const SampleSet::LabelBlock labels = out.add_labels({{"device", device.name}});
    for (std::size_t i = 0; i < NetDevice::kCounters; ++i) {
      out.add(i, labels, static_cast<double>(device.counters[i]));
    }
    add_nohandler(device, labels, out);
  }
  return Ok{};
}

void NetdevCollector::add_nohandler(const NetDevice& device,
                                    SampleSet::LabelBlock labels,
                                    SampleSet& out) {
  if (class_net_.empty()) {
    return;
  }
  path_.assign(class_net_).append(device.name).append("/statistics/rx_nohandler");
  if (!read_file(path_.c_str(), text_, FileEnd::kLess)) {
    return;
  }
  if (const std::optional<std::uint64_t> value = parse_u64(trim(text_))) {
    out.add(NetDevice::kCounters, labels, static_cast<double>(*value));
  }
}

}  // namespace supercargo
