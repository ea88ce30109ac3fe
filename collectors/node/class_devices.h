// The attributes of the devices in a directory of /sys/class that are read at every pass.
//
// Owned by one collector, collect thread. Finding the way to an attribute and opening it costs four
// times what reading it does, so the files of some devices stay open: not of all, because the
// kernel keeps a page for each. A device that went away, or another one under its name, is noticed
// by the inode of its directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

// The names of the links in a directory like /sys/class/net, sorted: beside its devices there may
// be files.
[[nodiscard]] Result<std::vector<std::string>> list_links(int directory, DirectoryReader& reader);

class ClassDevices {
 public:
  static constexpr std::size_t kMostKept = 12;

  // Requires: `attributes` outlives this.
  ClassDevices(std::string directory,
               std::span<const std::string_view> attributes,
               std::size_t most_kept = kMostKept);

  // Lists the devices anew.
  [[nodiscard]] Status begin_pass();

  // In the order of their names.
  [[nodiscard]] std::span<const std::string> names() const { return names_; }

  // Makes a device of names() the one that read() is about; false when it has just gone.
  [[nodiscard]] bool select(const std::string& name);

  // The attribute's text without the line end, valid until the next call. Empty when the device
  // does not have it, or gives none while it is down.
  [[nodiscard]] std::string_view read(std::size_t attribute);

 private:
  struct Device {
    std::string name;
    std::uint64_t inode = 0;
    UniqueFd directory;
    std::vector<UniqueFd> files;  // by attribute; none: not opened yet
  };

  [[nodiscard]] bool open(const std::string& name, std::uint64_t inode, Device& device) const;

  const std::string path_;
  const std::span<const std::string_view> attributes_;
  const std::size_t most_kept_;
  UniqueFd directory_;
  DirectoryReader reader_;
  std::vector<std::string> names_;
  std::vector<Device> kept_;
  Device other_;  // selected, and not kept
  Device* selected_ = nullptr;
  std::string attribute_;
  std::string text_;
};

}  // namespace supercargo
