#include "collectors/cgroup/cpu_files.h"
#include "collectors/cgroup/read_cgroup.h"

namespace supercargo {
namespace {

std::optional<std::uint64_t> read_cpu(CgroupReader& reader,
                                      const CgroupLimits& limits,
                                      CgroupSample& sample) {
  const std::optional<CpuStat> stat = reader.read(CgroupFile::kCpuStat, parse_cpu_stat);
  if (!stat) {
    return std::nullopt;
  }
  const auto seconds = [](std::optional<std::uint64_t> microseconds) {
    return microseconds ? seconds_of_us(*microseconds) : kNotKnown;
  };
  sample.cpu_usage_seconds = seconds(stat->usage_usec);
  sample.set(cgroup_family::kCpuUser, seconds(stat->user_usec));
  sample.set(cgroup_family::kCpuSystem, seconds(stat->system_usec));
  if (limits.has_cpu_quota()) {
    sample.set(cgroup_family::kCfsPeriods, stat->nr_periods);
    sample.set(cgroup_family::kCfsThrottledPeriods, stat->nr_throttled);
    sample.set(cgroup_family::kCfsThrottledSeconds, seconds(stat->throttled_usec));
    sample.set(cgroup_family::kCfsBurstPeriods, stat->nr_bursts);
    sample.set(cgroup_family::kCfsBurstSeconds, seconds(stat->burst_usec));
  }
  return stat->usage_usec;
}

// The root has no memory.current.
std::optional<std::uint64_t> root_usage(const std::optional<MemoryStat>& stat) {
  if (!stat || !stat->rss || !stat->cache) {
    return std::nullopt;
  }
  return *stat->rss + *stat->cache;
}

void read_memory(CgroupReader& reader, const CgroupActivity& activity, CgroupSample& sample) {
  const std::optional<MemoryStat> stat = reader.read(CgroupFile::kMemoryStat, parse_memory_stat_v2);
  set_memory(stat, reader.is_root() ? root_usage(stat) : activity.memory_bytes, sample);
  if (stat) {
    sample.page_faults = {stat->pgfault, stat->pgfault, stat->pgmajfault, stat->pgmajfault};
    sample.set(cgroup_family::kMemoryKernelUsage, stat->kernel);
    sample.set(cgroup_family::kMemoryPgscan, stat->pgscan);
    sample.set(cgroup_family::kMemoryPgsteal, stat->pgsteal);
  }
  sample.set(cgroup_family::kMemoryMaxUsage, reader.read_value(CgroupFile::kMemoryPeak));
  sample.set(cgroup_family::kMemorySwap, reader.read_value(CgroupFile::kMemorySwapCurrent));
  if (const auto events = reader.read(CgroupFile::kMemoryEvents, parse_memory_events)) {
    sample.oom_kills = events->oom_kill;
    sample.set(cgroup_family::kMemoryEventsHigh, events->high);
    sample.set(cgroup_family::kMemoryEventsMax, events->max);
  }
}

}  // namespace

void read_limits_v2(CgroupReader& reader, CgroupLimits& limits) {
  limits.clear();
  limits.set(cgroup_family::kThreadsMax, reader.read_limit(CgroupFile::kPidsMax));
  if (const std::optional<CpuMax> cpu = reader.read(CgroupFile::kCpuMax, parse_cpu_max)) {
    limits.set(cgroup_family::kSpecCpuPeriod, static_cast<double>(cpu->period_us));
    if (cpu->quota_us) {
      limits.set(cgroup_family::kSpecCpuQuota, static_cast<double>(*cpu->quota_us));
    }
  }
  if (const auto weight = reader.read_value(CgroupFile::kCpuWeight)) {
    limits.set(cgroup_family::kSpecCpuShares, static_cast<double>(shares_of_weight(*weight)));
    limits.set(cgroup_family::kCpuWeight, static_cast<double>(*weight));
  }
  limits.set(cgroup_family::kSpecMemoryLimit, reader.read_limit(CgroupFile::kMemoryMax));
  limits.set(cgroup_family::kSpecMemorySwapLimit, reader.read_limit(CgroupFile::kMemorySwapMax));
  limits.set(cgroup_family::kSpecMemoryReservation, reader.read_limit(CgroupFile::kMemoryMin));
}

CgroupActivity read_activity_v2(CgroupReader& reader,
                                const CgroupLimits& limits,
                                CgroupSample& sample) {
  CgroupActivity activity;
  activity.cpu_time = read_cpu(reader, limits, sample);
  if (!reader.is_root()) {
    activity.memory_bytes = reader.read_value(CgroupFile::kMemoryCurrent);
  }
  return activity;
}

void read_devices_v2(CgroupReader& reader, CgroupSample& sample) {
  sample.devices.clear();
  if (const std::optional<std::string_view> text = reader.read_text(CgroupFile::kIoStat)) {
    reader.count_odd(parse_io_stat(*text, sample.devices));
  }
}

void read_usage_v2(CgroupReader& reader, const CgroupActivity& activity, CgroupSample& sample) {
  read_memory(reader, activity, sample);
  read_devices_v2(reader, sample);
  read_processes(reader, sample);
  read_pressure(reader, sample);
}

}  // namespace supercargo
