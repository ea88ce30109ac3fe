// What a mounted Btrfs tells of its devices by ioctl: sizes, use and errors, which sysfs lacks.
//
// Free functions, collect thread. They need the mount to be visible below host_root.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/base/host_paths.h"
#include "agent/base/result.h"

namespace supercargo {

struct BtrfsDevice {
  // In the order of the kernel's BTRFS_DEV_STAT_*.
  static constexpr std::size_t kErrors = 5;

  std::string name;  // sda
  std::string uuid;
  std::uint64_t total_bytes;
  std::uint64_t used_bytes;
  std::array<std::uint64_t, kErrors> errors;
};

struct BtrfsFilesystem {
  std::string uuid;
  std::vector<BtrfsDevice> devices;
};

// "01020304-..." of 16 bytes.
[[nodiscard]] std::string uuid_text(std::span<const std::uint8_t, 16> bytes);

// Asks the file system that is mounted at `mount_point` of the host.
[[nodiscard]] Result<BtrfsFilesystem> ask_btrfs(const HostPaths& host,
                                                const std::string& mount_point);

}  // namespace supercargo
