// How many processes the kernel has killed for want of memory, on the whole node.
//
// Owned by ContainerWatch, on its thread. cgroup v1 alone needs it: there nothing else outlives the
// cgroup of a container. The file stays open: it is read several times a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/fd.h"

namespace supercargo {

// The count in the text of /proc/vmstat, where it is never the first line; kernels before 4.13 do
// not tell it.
[[nodiscard]] std::optional<std::uint64_t> parse_oom_kills(std::string_view vmstat);

class NodeKillCount {
 public:
  explicit NodeKillCount(const std::string& proc) : path_(proc + "/vmstat") {}

  // Since the last call, 0 at the first. Nothing where nobody tells.
  [[nodiscard]] std::optional<std::uint64_t> take();

 private:
  [[nodiscard]] std::optional<std::uint64_t> read();

  const std::string path_;
  UniqueFd file_;
  std::string text_;
  std::optional<std::uint64_t> count_;
};

}  // namespace supercargo
