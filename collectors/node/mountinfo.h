// /proc/PID/mountinfo: what is mounted where. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo {

struct Mount {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string mount_point;  // with the kernel's escapes undone
  std::string device;       // as the kernel writes it, also its escapes: so does node_exporter
  std::string type;
  bool read_only = false;  // the mount or the whole file system
};

// The mounts that can be seen, in the file's order: of several at one place the last is on top.
// Odd lines are left out.
[[nodiscard]] std::vector<Mount> parse_mountinfo(std::string_view text);

// Whether statfs answers from memory: known disk and memory file systems. Network and FUSE ones
// ask somebody, who may never answer.
[[nodiscard]] bool answers_from_memory(std::string_view type);

// Whether `path` is `directory` or below it.
[[nodiscard]] bool is_below(std::string_view path, std::string_view directory);

}  // namespace supercargo
