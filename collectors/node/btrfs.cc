#include "collectors/node/btrfs.h"

#include <algorithm>
#include <array>
#include <set>

#include "collectors/node/mountinfo.h"

namespace supercargo {
namespace {

enum Family : std::size_t {
  kInfo,
  kReserve,
  kReserved,
  kUsed,
  kSize,
  kRatio,
  kDeviceSize,
  kDeviceUnused,
  kDeviceErrors
};

constexpr std::array<std::string_view, 2> kInfoLabels{"label", "uuid"};
constexpr std::array<std::string_view, 1> kUuid{"uuid"};
constexpr std::array<std::string_view, 2> kGroup{"block_group_type", "uuid"};
constexpr std::array<std::string_view, 3> kLayout{"block_group_type", "mode", "uuid"};
constexpr std::array<std::string_view, 3> kDevice{"btrfs_dev_uuid", "device", "uuid"};
constexpr std::array<std::string_view, 4> kDeviceType{"btrfs_dev_uuid", "device", "type", "uuid"};

constexpr MetricDesc gauge(std::string_view name,
                           std::string_view help,
                           std::span<const std::string_view> labels) {
  return {name, help, MetricKind::kGauge, labels};
}

constexpr std::array<MetricDesc, 9> kFamilies{{
    gauge("node_btrfs_info", "Filesystem information", kInfoLabels),
    gauge("node_btrfs_global_rsv_size_bytes", "Size of global reserve.", kUuid),
    gauge("node_btrfs_reserved_bytes", "Amount of space reserved for a data type", kGroup),
    gauge("node_btrfs_used_bytes", "Amount of used space by a layout/data type", kLayout),
    gauge("node_btrfs_size_bytes", "Amount of space allocated for a layout/data type", kLayout),
    gauge("node_btrfs_allocation_ratio", "Data allocation ratio for a layout/data type", kLayout),
    gauge("node_btrfs_device_size_bytes",
          "Size of a device that is part of the filesystem.",
          kDevice),
    gauge("node_btrfs_device_unused_bytes",
          "Unused bytes unused on a device that is part of the filesystem.",
          kDevice),
    {"node_btrfs_device_errors_total",
     "Errors reported for the device",
     MetricKind::kCounter,
     kDeviceType},
}};

constexpr std::array<std::string_view, BtrfsDevice::kErrors> kErrorTypes{
    "write", "read", "flush", "corruption", "generation"};
constexpr std::array<std::string_view, 3> kGroups{"data", "metadata", "system"};
constexpr std::array<std::string_view, 9> kProfiles{
    "single", "dup", "raid0", "raid1", "raid1c3", "raid1c4", "raid10", "raid5", "raid6"};

constexpr double kSectorBytes = 512;

void add_asked_device(const BtrfsDevice& device, std::string_view uuid, SampleSet& out) {
  const auto labels =
      out.add_labels({{"btrfs_dev_uuid", device.uuid}, {"device", device.name}, {"uuid", uuid}});
  const double total = static_cast<double>(device.total_bytes);
  out.add(kDeviceSize, labels, total);
  out.add(kDeviceUnused, labels, total - static_cast<double>(device.used_bytes));
  for (std::size_t i = 0; i < kErrorTypes.size(); ++i) {
    out.add(kDeviceErrors,
            out.add_labels({{"btrfs_dev_uuid", device.uuid},
                            {"device", device.name},
                            {"type", kErrorTypes[i]},
                            {"uuid", uuid}}),
            static_cast<double>(device.errors[i]));
  }
}

}  // namespace

double btrfs_allocation_ratio(std::string_view profile, double devices) {
  if (profile == "single" || profile == "raid0") {
    return 1;
  }
  if (profile == "dup" || profile == "raid1" || profile == "raid10") {
    return 2;
  }
  if (profile == "raid5" && devices > 1) {
    return devices / (devices - 1);
  }
  if (profile == "raid6" && devices > 2) {
    return devices / (devices - 2);
  }
  return 0;
}

BtrfsCollector::BtrfsCollector(const HostPaths& host, Ask ask)
    : host_(host),
      root_(host.sys + "/fs/btrfs"),
      ask_(std::move(ask)),
      mountinfo_(host.proc + "/1/mountinfo") {}

std::span<const MetricDesc> BtrfsCollector::families() const noexcept {
  return kFamilies;
}

Status BtrfsCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> names = list_names(root_);
  if (!names) {
    return Ok{};  // no Btrfs in this kernel
  }
  std::erase_if(*names, [](const std::string& name) { return name.find('-') == name.npos; });
  if (names->empty()) {
    return Ok{};
  }
  const std::vector<BtrfsFilesystem> asked = ask_mounts();
  for (const std::string& name : *names) {
    collect_filesystem(root_ + "/" + name, asked, out);
  }
  return Ok{};
}

// One mount of each file system, which many may be of.
std::vector<BtrfsFilesystem> BtrfsCollector::ask_mounts() {
  std::vector<BtrfsFilesystem> out;
  const Result<std::string_view> text = mountinfo_.read();
  if (!text) {
    return out;
  }
  std::set<std::string> devices;
  for (const Mount& mount : parse_mountinfo(*text)) {
    if (mount.type != "btrfs" || devices.contains(mount.device)) {
      continue;
    }
    if (Result<BtrfsFilesystem> filesystem = ask_(host_, mount.mount_point)) {
      devices.insert(mount.device);
      out.push_back(*std::move(filesystem));
    }
  }
  return out;
}

void BtrfsCollector::collect_filesystem(const std::string& directory,
                                        const std::vector<BtrfsFilesystem>& asked,
                                        SampleSet& out) {
  std::string uuid(reader_.text_or_empty(directory, "metadata_uuid"));
  if (uuid.empty()) {
    uuid = directory.substr(root_.size() + 1);
  }
  const std::string_view label = reader_.text_or_empty(directory, "label");
  out.add(kInfo, out.add_labels({{"label", label}, {"uuid", uuid}}), 1);
  if (const auto reserve = reader_.number(directory, "allocation/global_rsv_size")) {
    out.add(kReserve, out.add_labels({{"uuid", uuid}}), *reserve);
  }
  const auto devices = list_names(directory + "/devices");
  const double count = devices ? static_cast<double>(devices->size()) : 0;
  for (const std::string_view group : kGroups) {
    collect_allocation(directory + "/allocation/" + std::string(group), group, uuid, count, out);
  }
  const auto filesystem = std::ranges::find(asked, uuid, &BtrfsFilesystem::uuid);
  if (filesystem == asked.end()) {
    add_devices(directory + "/devices", uuid, out);
    return;
  }
  for (const BtrfsDevice& device : filesystem->devices) {
    add_asked_device(device, uuid, out);
  }
}

void BtrfsCollector::collect_allocation(const std::string& directory,
                                        std::string_view group,
                                        std::string_view uuid,
                                        double devices,
                                        SampleSet& out) {
  if (const auto reserved = reader_.number(directory, "bytes_reserved")) {
    out.add(kReserved, out.add_labels({{"block_group_type", group}, {"uuid", uuid}}), *reserved);
  }
  for (const std::string_view profile : kProfiles) {
    const std::string layout = directory + "/" + std::string(profile);
    const auto used = reader_.number(layout, "used_bytes");
    const auto size = reader_.number(layout, "total_bytes");
    if (used && size) {
      const auto labels =
          out.add_labels({{"block_group_type", group}, {"mode", profile}, {"uuid", uuid}});
      out.add(kUsed, labels, *used);
      out.add(kSize, labels, *size);
      out.add(kRatio, labels, btrfs_allocation_ratio(profile, devices));
    }
  }
}

void BtrfsCollector::add_devices(const std::string& directory,
                                 const std::string& uuid,
                                 SampleSet& out) {
  const Result<std::vector<std::string>> devices = list_names(directory);
  if (!devices) {
    return;
  }
  for (const std::string& device : *devices) {
    if (const auto sectors = reader_.number(path_in(directory, device), "size")) {
      out.add(kDeviceSize,
              out.add_labels({{"device", device}, {"uuid", uuid}}),
              *sectors * kSectorBytes);
    }
  }
}

}  // namespace supercargo
