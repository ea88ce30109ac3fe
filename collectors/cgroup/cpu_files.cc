#include "collectors/cgroup/cpu_files.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"
#include "collectors/cgroup/flat_keyed.h"

namespace supercargo {
namespace {

constexpr std::array<FlatField<CpuStat>, 10> kCpuStat{{
    {"usage_usec", &CpuStat::usage_usec},
    {"user_usec", &CpuStat::user_usec},
    {"system_usec", &CpuStat::system_usec},
    {"nr_periods", &CpuStat::nr_periods},
    {"nr_throttled", &CpuStat::nr_throttled},
    {"throttled_usec", &CpuStat::throttled_usec},
    {"throttled_time", &CpuStat::throttled_time_ns},
    {"nr_bursts", &CpuStat::nr_bursts},
    {"burst_usec", &CpuStat::burst_usec},
    {"burst_time", &CpuStat::burst_time_ns},
}};

constexpr std::array<FlatField<CpuacctStat>, 2> kCpuacctStat{{
    {"user", &CpuacctStat::user_ticks},
    {"system", &CpuacctStat::system_ticks},
}};

}  // namespace

std::optional<CpuStat> parse_cpu_stat(std::string_view text) {
  CpuStat stat;
  if (!parse_flat_keyed<CpuStat>(text, kCpuStat, stat)) {
    return std::nullopt;
  }
  return stat;
}

std::optional<CpuacctStat> parse_cpuacct_stat(std::string_view text) {
  CpuacctStat stat;
  if (!parse_flat_keyed<CpuacctStat>(text, kCpuacctStat, stat)) {
    return std::nullopt;
  }
  return stat;
}

std::optional<CpuMax> parse_cpu_max(std::string_view text) {
  std::string_view rest = trim(text);
  const std::string_view quota = take_until(rest, ' ');
  const std::optional<std::uint64_t> period_us = parse_u64(rest);
  const std::optional<std::uint64_t> quota_us = parse_u64(quota);
  if (!period_us || (!quota_us && quota != "max")) {
    return std::nullopt;
  }
  return CpuMax{quota_us, *period_us};
}

std::uint64_t shares_of_weight(std::uint64_t weight) {
  const std::uint64_t bounded = std::clamp<std::uint64_t>(weight, 1, 10'000);
  return 2 + (bounded - 1) * 262'142 / 9'999;
}

}  // namespace supercargo
