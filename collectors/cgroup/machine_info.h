// What the machine has: processors, memory, and the ids that tell it from others.
//
// Read by the machine and the cgroup collector, each with its own; collect thread. The parsers are
// pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/host_paths.h"

namespace supercargo {

// /proc/meminfo, in bytes.
struct MachineMemory {
  std::uint64_t total_bytes = 0;
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;
};

[[nodiscard]] std::optional<MachineMemory> parse_meminfo(std::string_view text);
[[nodiscard]] std::optional<MachineMemory> read_meminfo(const HostPaths& paths);

// "0-3,8": a list of processors as /sys/devices/system/cpu/online has it. Bounded: a list of more
// than 65,536 is odd.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

struct MachineCpus {
  std::size_t threads = 0;
  std::size_t cores = 0;    // 0: this machine does not tell
  std::size_t sockets = 0;  // likewise
  std::size_t books = 0;    // s390x only
  std::size_t drawers = 0;  // likewise
};

[[nodiscard]] std::optional<MachineCpus> read_cpus(const HostPaths& paths);

// Seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> read_boot_time(const HostPaths& paths);

struct MachineIds {
  std::string boot_id;
  std::string machine_id;
  std::string system_uuid;  // the firmware's needs root
  std::string kernel;       // "6.1.0-13-amd64"
  std::string os;           // "Debian GNU/Linux 12 (bookworm)"
};

// What PRETTY_NAME says in /etc/os-release; empty where nothing does.
[[nodiscard]] std::string pretty_name_of(std::string_view os_release);

[[nodiscard]] MachineIds read_machine_ids(const HostPaths& paths);

}  // namespace supercargo
