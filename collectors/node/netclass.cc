#include "collectors/node/netclass.h"

#include <array>

#include "agent/base/text.h"
#include "collectors/node/host_namespaces.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kDevice{"device"};
constexpr std::array<std::string_view, 6> kInfoLabels{
    "address", "broadcast", "device", "duplex", "ifalias", "operstate"};

constexpr MetricDesc family(std::string_view name,
                            std::string_view help,
                            MetricKind kind = MetricKind::kGauge) {
  return {name, help, kind, kDevice};
}

constexpr std::array<MetricDesc, 19> kFamilies{{
    family("node_network_up", "Value is 1 if operstate is 'up', 0 otherwise."),
    {"node_network_info",
     "Non-numeric data from /sys/class/net/<iface>, value is always 1.",
     MetricKind::kGauge,
     kInfoLabels},
    family("node_network_speed_bytes", "Network device property: speed_bytes"),
    family("node_network_address_assign_type", "Network device property: address_assign_type"),
    family("node_network_carrier", "Network device property: carrier"),
    family("node_network_carrier_changes_total",
           "Network device property: carrier_changes_total",
           MetricKind::kCounter),
    family("node_network_carrier_up_changes_total",
           "Network device property: carrier_up_changes_total",
           MetricKind::kCounter),
    family("node_network_carrier_down_changes_total",
           "Network device property: carrier_down_changes_total",
           MetricKind::kCounter),
    family("node_network_device_id", "Network device property: device_id"),
    family("node_network_dormant", "Network device property: dormant"),
    family("node_network_flags", "Network device property: flags"),
    family("node_network_iface_id", "Network device property: iface_id"),
    family("node_network_iface_link", "Network device property: iface_link"),
    family("node_network_iface_link_mode", "Network device property: iface_link_mode"),
    family("node_network_mtu_bytes", "Network device property: mtu_bytes"),
    family("node_network_name_assign_type", "Network device property: name_assign_type"),
    family("node_network_net_dev_group", "Network device property: net_dev_group"),
    family("node_network_transmit_queue_length", "Network device property: transmit_queue_length"),
    family("node_network_protocol_type", "Network device property: protocol_type"),
}};

enum Family : std::size_t { kUp, kInfo, kSpeed, kFirstNumber };

enum Attribute : std::size_t { kState, kAddress, kBroadcast, kDuplex, kAlias, kMegabits, kNumbers };

// Those from kNumbers on are the families from kFirstNumber on.
constexpr auto kAttributes = std::to_array<std::string_view>({
    "operstate",
    "address",
    "broadcast",
    "duplex",
    "ifalias",
    "speed",
    "addr_assign_type",
    "carrier",
    "carrier_changes",
    "carrier_up_count",
    "carrier_down_count",
    "dev_id",
    "dormant",
    "flags",
    "ifindex",
    "iflink",
    "link_mode",
    "mtu",
    "name_assign_type",
    "netdev_group",
    "tx_queue_len",
    "type",
});
static_assert(kAttributes.size() - kNumbers == kFamilies.size() - kFirstNumber);

constexpr std::int64_t kBytesPerMegabit = 1'000'000 / 8;

}  // namespace

std::optional<std::int64_t> parse_sysfs_number(std::string_view text) {
  if (!text.starts_with("0x")) {
    return parse_number<std::int64_t>(text);
  }
  text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop != text.data() + text.size() || text.starts_with('-')) {
    return std::nullopt;
  }
  return value;
}

NetclassCollector::NetclassCollector(const NodeOptions& options)
    : directory_(options.host.sys + "/class/net"),
      is_host_(sysfs_shows_host_network(options.host)),
      filter_(NameFilter::excluding(options.config.netclass_ignored_devices)),
      devices_(directory_, kAttributes) {}

std::span<const MetricDesc> NetclassCollector::families() const noexcept {
  return kFamilies;
}

Status NetclassCollector::collect(SampleSet& out) {
  if (!is_host_) {
    return Error{ErrorCode::kUnavailable,
                 directory_ + " shows this process' own network namespace, not the host's"};
  }
  if (Status status = filter_.status(); !status) {
    return status;
  }
  if (Status listed = devices_.begin_pass(); !listed) {
    return missing_is_unavailable(std::move(listed).error());
  }
  for (const std::string& device : devices_.names()) {
    if (filter_.selects(device) && devices_.select(device)) {
      collect_device(device, out);
    }
  }
  return Ok{};
}

void NetclassCollector::collect_device(const std::string& device, SampleSet& out) {
  const std::string state(devices_.read(kState));
  if (state.empty()) {
    return;  // the device has just gone
  }
  const SampleSet::LabelBlock labels = out.add_labels({{"device", device}});
  out.add(kUp, labels, state == "up" ? 1 : 0);
  add_info(device, state, out);
  if (const auto megabits = parse_sysfs_number(devices_.read(kMegabits));
      megabits && *megabits <= 1'000'000'000) {
    out.add(kSpeed, labels, static_cast<double>(*megabits * kBytesPerMegabit));
  }
  for (std::size_t i = kNumbers; i < kAttributes.size(); ++i) {
    if (const auto value = parse_sysfs_number(devices_.read(i))) {
      out.add(kFirstNumber + i - kNumbers, labels, static_cast<double>(*value));
    }
  }
}

// In the order of kInfoLabels.
void NetclassCollector::add_info(const std::string& device,
                                 std::string_view state,
                                 SampleSet& out) {
  std::string labels;
  append_label(labels, "address", devices_.read(kAddress));
  append_label(labels, "broadcast", devices_.read(kBroadcast));
  append_label(labels, "device", device);
  append_label(labels, "duplex", devices_.read(kDuplex));
  append_label(labels, "ifalias", devices_.read(kAlias));
  append_label(labels, "operstate", state);
  out.add(kInfo, out.add_labels(labels), 1);
}

}  // namespace supercargo
