// The text of the cpu and cpuacct controllers' files. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// cpu.stat of both versions. The times that a cgroup was throttled and burst are in microseconds in
// v2, in nanoseconds in v1, under other names.
struct CpuStat {
  std::optional<std::uint64_t> usage_usec;
  std::optional<std::uint64_t> user_usec;
  std::optional<std::uint64_t> system_usec;
  std::optional<std::uint64_t> nr_periods;
  std::optional<std::uint64_t> nr_throttled;
  std::optional<std::uint64_t> throttled_usec;
  std::optional<std::uint64_t> throttled_time_ns;
  std::optional<std::uint64_t> nr_bursts;  // from Linux 5.14, as what follows
  std::optional<std::uint64_t> burst_usec;
  std::optional<std::uint64_t> burst_time_ns;
};

[[nodiscard]] std::optional<CpuStat> parse_cpu_stat(std::string_view text);

// cpuacct.stat, in ticks of 1/100 s (USER_HZ).
struct CpuacctStat {
  std::optional<std::uint64_t> user_ticks;
  std::optional<std::uint64_t> system_ticks;
};

[[nodiscard]] std::optional<CpuacctStat> parse_cpuacct_stat(std::string_view text);

// cpu.max: "max 100000" or "50000 100000".
struct CpuMax {
  std::optional<std::uint64_t> quota_us;  // nothing: no quota
  std::uint64_t period_us = 0;
};

[[nodiscard]] std::optional<CpuMax> parse_cpu_max(std::string_view text);

// cpu.weight (1 to 10000) as the cpu.shares (2 to 262144) it stands for, by cAdvisor's formula.
[[nodiscard]] std::uint64_t shares_of_weight(std::uint64_t weight);

}  // namespace supercargo
