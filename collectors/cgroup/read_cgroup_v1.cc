#include "agent/base/text.h"
#include "collectors/cgroup/cpu_files.h"
#include "collectors/cgroup/read_cgroup.h"

namespace supercargo {
namespace {

// "-1": none.
std::optional<std::int64_t> parse_quota(std::string_view text) {
  return parse_number<std::int64_t>(trim(text));
}

void read_cpu(CgroupReader& reader, CgroupSample& sample) {
  const auto stat = reader.read(CgroupFile::kCpuacctStat, parse_cpuacct_stat);
  if (stat && stat->user_ticks) {
    sample.set(cgroup_family::kCpuUser, seconds_of_ticks(*stat->user_ticks));
  }
  if (stat && stat->system_ticks) {
    sample.set(cgroup_family::kCpuSystem, seconds_of_ticks(*stat->system_ticks));
  }
}

void read_throttling(CgroupReader& reader, CgroupSample& sample) {
  const std::optional<CpuStat> stat = reader.read(CgroupFile::kCpuStat, parse_cpu_stat);
  if (!stat) {
    return;
  }
  sample.set(cgroup_family::kCfsPeriods, stat->nr_periods);
  sample.set(cgroup_family::kCfsThrottledPeriods, stat->nr_throttled);
  if (stat->throttled_time_ns) {
    sample.set(cgroup_family::kCfsThrottledSeconds, seconds_of_ns(*stat->throttled_time_ns));
  }
  sample.set(cgroup_family::kCfsBurstPeriods, stat->nr_bursts);
  if (stat->burst_time_ns) {
    sample.set(cgroup_family::kCfsBurstSeconds, seconds_of_ns(*stat->burst_time_ns));
  }
}

void read_memory(CgroupReader& reader, const CgroupActivity& activity, CgroupSample& sample) {
  const std::optional<MemoryStat> stat = reader.read(CgroupFile::kMemoryStat, parse_memory_stat_v1);
  set_memory(stat, activity.memory_bytes, sample);
  if (stat) {
    sample.set(cgroup_family::kMemorySwap, stat->swap);
    sample.page_faults = {stat->own_pgfault, stat->pgfault, stat->own_pgmajfault, stat->pgmajfault};
  }
  sample.set(cgroup_family::kMemoryMaxUsage, reader.read_value(CgroupFile::kMemoryMaxUsage));
  sample.set(cgroup_family::kMemoryFailcnt, reader.read_value(CgroupFile::kMemoryFailcnt));
  sample.set(cgroup_family::kMemoryKernelUsage, reader.read_value(CgroupFile::kMemoryKernelUsage));
  if (const auto events = reader.read(CgroupFile::kMemoryOomControl, parse_memory_events)) {
    sample.oom_kills = events->oom_kill;
  }
}

// The recursive file, or on kernels before 5.0 the plain one. False when neither could be read.
bool read_blkio(CgroupReader& reader,
                CgroupFile recursive,
                CgroupFile plain,
                BlkioUnit unit,
                CgroupSample& sample) {
  std::optional<std::string_view> text = reader.read_text(recursive);
  if (!text) {
    text = reader.read_text(plain);
  }
  if (text) {
    const bool understood = parse_blkio(*text, unit, sample.devices);
    reader.count_odd(understood);
    return understood;
  }
  return false;
}

// Both files name the same devices: the kernel counts bytes and operations side by side.
void read_devices(CgroupReader& reader, CgroupSample& sample) {
  const bool has_bytes = read_blkio(
      reader, CgroupFile::kBlkioBytesRecursive, CgroupFile::kBlkioBytes, BlkioUnit::kBytes, sample);
  if (has_bytes && sample.devices.empty()) {
    return;
  }
  read_blkio(reader,
             CgroupFile::kBlkioOperationsRecursive,
             CgroupFile::kBlkioOperations,
             BlkioUnit::kOperations,
             sample);
}

}  // namespace

void read_limits_v1(CgroupReader& reader, CgroupLimits& limits) {
  limits.clear();
  limits.set(cgroup_family::kThreadsMax, reader.read_limit(CgroupFile::kPidsMax));
  limits.set(cgroup_family::kSpecCpuPeriod, reader.read_limit(CgroupFile::kCfsPeriod));
  limits.set(cgroup_family::kSpecCpuShares, reader.read_limit(CgroupFile::kCpuShares));
  const std::optional<std::int64_t> quota = reader.read(CgroupFile::kCfsQuota, parse_quota);
  if (quota && *quota > 0) {
    limits.set(cgroup_family::kSpecCpuQuota, static_cast<double>(*quota));
  }
  limits.set(cgroup_family::kSpecMemoryLimit, reader.read_limit(CgroupFile::kMemoryLimit));
  limits.set(cgroup_family::kSpecMemorySwapLimit, reader.read_limit(CgroupFile::kMemoryswLimit));
  limits.set(cgroup_family::kSpecMemoryReservation,
             reader.read_limit(CgroupFile::kMemorySoftLimit));
}

CgroupActivity read_activity_v1(CgroupReader& reader, CgroupSample& sample) {
  CgroupActivity activity;
  activity.cpu_time = reader.read_value(CgroupFile::kCpuacctUsage);
  if (activity.cpu_time) {
    sample.cpu_usage_seconds = seconds_of_ns(*activity.cpu_time);
  }
  activity.memory_bytes = reader.read_value(CgroupFile::kMemoryUsage);
  return activity;
}

void read_usage_v1(CgroupReader& reader,
                   const CgroupLimits& limits,
                   const CgroupActivity& activity,
                   CgroupSample& sample) {
  read_cpu(reader, sample);
  if (limits.has_cpu_quota()) {
    read_throttling(reader, sample);
  }
  read_memory(reader, activity, sample);
  read_devices(reader, sample);
  read_processes(reader, sample);
  read_pressure(reader, sample);
}

}  // namespace supercargo
