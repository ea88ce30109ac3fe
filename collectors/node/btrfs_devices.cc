#include "collectors/node/btrfs_devices.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

// Nothing: there is no device of this number (they need not be consecutive).
Result<std::vector<BtrfsDevice>> ask_device(int fd, std::uint64_t number) {
  btrfs_ioctl_dev_info_args info{};
  info.devid = number;
  if (::ioctl(fd, BTRFS_IOC_DEV_INFO, &info) != 0) {
    if (errno == ENODEV) {
      return std::vector<BtrfsDevice>();
    }
    return errno_error("BTRFS_IOC_DEV_INFO", errno);
  }
  btrfs_ioctl_get_dev_stats stats{};
  stats.devid = number;
  stats.nr_items = BTRFS_DEV_STAT_VALUES_MAX;
  if (::ioctl(fd, BTRFS_IOC_GET_DEV_STATS, &stats) != 0) {
    return errno_error("BTRFS_IOC_GET_DEV_STATS", errno);
  }
  const auto* path = reinterpret_cast<const char*>(static_cast<const void*>(info.path));
  std::string name(path, ::strnlen(path, sizeof info.path));
  name.erase(0, name.rfind('/') + 1);
  BtrfsDevice device{std::move(name), uuid_text(info.uuid), info.total_bytes, info.bytes_used, {}};
  for (std::size_t i = 0; i < BtrfsDevice::kErrors; ++i) {
    device.errors[i] = stats.values[i];
  }
  return std::vector<BtrfsDevice>{std::move(device)};
}

constexpr std::uint64_t kMostNumbers = 1 << 16;

}  // namespace

std::string uuid_text(std::span<const std::uint8_t, 16> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      out += '-';
    }
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 15U];
  }
  return out;
}

Result<BtrfsFilesystem> ask_btrfs(const HostPaths& host, const std::string& mount_point) {
  Result<UniqueFd> fd = host.open_in_root(mount_point, O_RDONLY | O_DIRECTORY);
  if (!fd) {
    return std::move(fd).error();
  }
  btrfs_ioctl_fs_info_args info{};
  if (::ioctl(fd->get(), BTRFS_IOC_FS_INFO, &info) != 0) {
    return errno_error("BTRFS_IOC_FS_INFO " + mount_point, errno);
  }
  BtrfsFilesystem out{uuid_text(info.fsid), {}};
  const std::uint64_t last = std::min<std::uint64_t>(info.max_id, kMostNumbers);
  for (std::uint64_t i = 0; i <= last && out.devices.size() < info.num_devices; ++i) {
    Result<std::vector<BtrfsDevice>> device = ask_device(fd->get(), i);
    if (!device) {
      return std::move(device).error().with_context(mount_point);
    }
    for (BtrfsDevice& found : *device) {
      out.devices.push_back(std::move(found));
    }
  }
  return out;
}

}  // namespace supercargo
