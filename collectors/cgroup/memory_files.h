// The text of the memory controller's files. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// memory.stat, by cAdvisor's names: what is called so in v1 (the total_ keys, which count children
// too), and its counterpart in v2. Bytes, and page faults.
struct MemoryStat {
  std::optional<std::uint64_t> cache;
  std::optional<std::uint64_t> rss;
  std::optional<std::uint64_t> kernel;  // v2 only, from Linux 5.18
  std::optional<std::uint64_t> mapped_file;
  std::optional<std::uint64_t> swap;  // v1 only
  std::optional<std::uint64_t> active_file;
  std::optional<std::uint64_t> inactive_file;
  std::optional<std::uint64_t> pgfault;
  std::optional<std::uint64_t> pgmajfault;
  std::optional<std::uint64_t> own_pgfault;     // v1 only: without children
  std::optional<std::uint64_t> own_pgmajfault;  // v1 only
  std::optional<std::uint64_t> dirty;
  std::optional<std::uint64_t> writeback;
  std::optional<std::uint64_t> refault_anon;  // v1: from Linux 5.9, as the next
  std::optional<std::uint64_t> refault_file;
  std::optional<std::uint64_t> pgscan;  // v2 only, as the next
  std::optional<std::uint64_t> pgsteal;
};

[[nodiscard]] std::optional<MemoryStat> parse_memory_stat_v1(std::string_view text);
[[nodiscard]] std::optional<MemoryStat> parse_memory_stat_v2(std::string_view text);

// memory.events (v2, counts children too) and memory.oom_control (v1, from Linux 4.13): how many
// processes the kernel killed here for want of memory; v2 also how often usage reached its bounds.
struct MemoryEvents {
  std::optional<std::uint64_t> high;
  std::optional<std::uint64_t> max;
  std::optional<std::uint64_t> oom_kill;
};

[[nodiscard]] std::optional<MemoryEvents> parse_memory_events(std::string_view text);

// A file that is one number, or "max", which gives the largest one.
[[nodiscard]] std::optional<std::uint64_t> parse_single_value(std::string_view text);

}  // namespace supercargo
