// The text of the files that tell of a cgroup's processes: cgroup.procs, and the network
// of one of them. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace supercargo {

// cgroup.procs: one process id a line. In a foreign pid namespace they read 0 (v2) or are left out
// (v1).
struct Processes {
  std::uint64_t count = 0;
  std::uint32_t first_visible = 0;  // 0: none
};

[[nodiscard]] std::optional<Processes> parse_procs(std::string_view text);

// One line of /proc/PID/net/dev. `name` is a view into the text.
struct InterfaceCounters {
  std::string_view name;
  std::uint64_t receive_bytes = 0;
  std::uint64_t receive_packets = 0;
  std::uint64_t receive_errors = 0;
  std::uint64_t receive_dropped = 0;
  std::uint64_t transmit_bytes = 0;
  std::uint64_t transmit_packets = 0;
  std::uint64_t transmit_errors = 0;
  std::uint64_t transmit_dropped = 0;
};

// Replaces `out`. False, with the lines before it, when a line is odd.
[[nodiscard]] bool parse_net_dev(std::string_view text, std::vector<InterfaceCounters>& out);

// The interfaces that cAdvisor leaves out: the loopback, and the host's ends of pods' pairs.
[[nodiscard]] bool is_skipped_interface(std::string_view name);

}  // namespace supercargo
