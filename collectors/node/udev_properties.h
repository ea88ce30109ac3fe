// What udev's database says about one block device.
//
// Owned by the diskstats collector, collect thread only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/host_paths.h"

namespace supercargo {

class UdevProperties {
 public:
  // Replaces what was there by the properties in the text of a file of /run/udev/data.
  void parse(std::string text);

  // Reads <run>/udev/data/b<major>:<minor>; nothing when there is none.
  void read_block_device(const HostPaths& host, std::uint32_t major, std::uint32_t minor);

  // Empty when there is no such property.
  [[nodiscard]] std::string_view get(std::string_view key) const;

 private:
  std::string text_;
  std::vector<std::pair<std::string_view, std::string_view>> properties_;
};

}  // namespace supercargo
