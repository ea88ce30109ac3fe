#include "collectors/lifecycle/watched_container.h"

#include <algorithm>
#include <utility>

#include "collectors/cgroup/memory_files.h"
#include "collectors/cgroup/process_files.h"

namespace supercargo {
namespace {

constexpr double kSecondNs = 1e9;
constexpr double kShortestSample = 0.5;
constexpr int kReadsWithoutStat = 10;  // one a second

bool is_v2(const ReadContext& context) {
  return context.hierarchy.version() == CgroupVersion::kV2;
}

}  // namespace

WatchedContainer::WatchedContainer(std::string cgroup,
                                   std::int64_t started_ns,
                                   bool was_there,
                                   SteadyTime now)
    : path(std::move(cgroup)),
      parsed(parse_cgroup_path(path)),
      start_ns(started_ns),
      known_before(was_there),
      cpu_read_(now) {
  if (!was_there) {
    cpu_seconds_ = 0;
    oom_kills_read_ = 0;
  }
}

// Without a quota, cpu.stat of v1 tells nothing, as long as nobody gives the container one.
std::optional<CpuStat> WatchedContainer::read_cpu_stat(CgroupReader& reader, bool v1) {
  if (v1 && reads_until_stat_ > 0) {
    --reads_until_stat_;
    return std::nullopt;
  }
  std::optional<CpuStat> stat = reader.read(CgroupFile::kCpuStat, parse_cpu_stat);
  reads_until_stat_ = stat && stat->nr_periods.value_or(0) == 0 ? kReadsWithoutStat : 0;
  return stat;
}

// v1 has the time in a file of its own, in nanoseconds.
WatchedContainer::Usage WatchedContainer::read_cpu(ReadContext& context) {
  CgroupReader reader(path, files_, context);
  Usage usage;
  const std::optional<CpuStat> stat = read_cpu_stat(reader, !is_v2(context));
  if (stat) {
    usage.periods = stat->nr_periods.value_or(0);
    usage.throttled_periods = stat->nr_throttled.value_or(0);
  }
  if (stat && usage.periods > 0) {
    throttled_seconds = is_v2(context) ? seconds_of_us(stat->throttled_usec.value_or(0))
                                       : seconds_of_ns(stat->throttled_time_ns.value_or(0));
  }
  if (stat && stat->usage_usec) {
    usage.cpu_seconds = seconds_of_us(*stat->usage_usec);
  } else if (!is_v2(context)) {
    if (const auto usage_ns = reader.read_value(CgroupFile::kCpuacctUsage)) {
      usage.cpu_seconds = seconds_of_ns(*usage_ns);
    }
  }
  return usage;
}

void WatchedContainer::note_cpu(const Usage& usage) {
  if (usage.cpu_seconds) {
    cpu_was_read_ = true;
    cpu_seconds_ = usage.cpu_seconds;
    periods_ = usage.periods;
    throttled_periods_ = usage.throttled_periods;
  }
}

void WatchedContainer::add_cpu(const Usage& usage,
                               double elapsed_seconds,
                               UsageSecond& second) const {
  const auto more = [](std::uint64_t now, std::uint64_t then) {
    return static_cast<std::uint32_t>(now > then ? now - then : 0);
  };
  second.cpu_cores = static_cast<float>(
      std::max(0.0, usage.cpu_seconds.value_or(0) - cpu_seconds_.value_or(0)) / elapsed_seconds);
  second.periods = more(usage.periods, periods_);
  second.throttled_periods = more(usage.throttled_periods, throttled_periods_);
}

// The first reading of a container that was there before tells nothing of a second, and less than
// half of a second is none.
void WatchedContainer::sample(ReadContext& context, std::uint32_t at, SteadyTime now) {
  UsageSecond second;
  second.at = at;
  const double elapsed_seconds = std::chrono::duration<double>(now - cpu_read_).count();
  if (!cpu_seconds_ || elapsed_seconds >= kShortestSample) {
    const Usage usage = read_cpu(context);
    if (cpu_seconds_ && usage.cpu_seconds) {
      add_cpu(usage, elapsed_seconds, second);
    }
    note_cpu(usage);
    cpu_read_ = now;
  }
  CgroupReader reader(path, files_, context);
  const CgroupFile file = is_v2(context) ? CgroupFile::kMemoryCurrent : CgroupFile::kMemoryUsage;
  if (const auto memory = reader.read_value(file)) {
    second.memory_bytes = *memory;
    memory_peak_bytes_ = std::max(memory_peak_bytes_, *memory);
  }
  if (second.cpu_cores > 0 || second.memory_bytes > 0) {
    window.add(second);
  }
}

void WatchedContainer::read_last(ReadContext& context) {
  note_cpu(read_cpu(context));
  CgroupReader reader(path, files_, context);
  const CgroupFile file = is_v2(context) ? CgroupFile::kMemoryPeak : CgroupFile::kMemoryMaxUsage;
  if (const auto peak = reader.read_value(file)) {
    memory_peak_bytes_ = std::max(memory_peak_bytes_, *peak);
  }
}

std::uint64_t WatchedContainer::read_oom_kills(ReadContext& context) {
  const std::optional<std::uint64_t> count = read_oom_kill_count(files_, path, context);
  if (!count) {
    return 0;
  }
  const std::uint64_t before = std::exchange(oom_kills_read_, count).value_or(*count);
  return *count > before ? *count - before : 0;
}

bool WatchedContainer::tells_kills(ReadContext& context) {
  return read_oom_kill_count(files_, path, context).has_value();
}

// Its file does not stay open: it is read once.
std::uint32_t WatchedContainer::first_process(ReadContext& context) const {
  CgroupFiles once;
  CgroupReader reader(path, once, context);
  const std::optional<Processes> processes = reader.read(CgroupFile::kProcs, parse_procs);
  once.close(context);
  return processes ? processes->first_visible : 0;
}

FinalSample WatchedContainer::final_sample() const {
  return {.lifetime_seconds =
              std::max(0.0, static_cast<double>((end_ns != 0 ? end_ns : start_ns) - start_ns)) /
              kSecondNs,
          .cpu_seconds = cpu_was_read_ ? cpu_seconds_ : std::nullopt,
          .memory_peak_bytes = memory_peak_bytes_ > 0
                                   ? std::optional(static_cast<double>(memory_peak_bytes_))
                                   : std::nullopt,
          .oom_kills = oom_kills};
}

std::optional<std::uint64_t> read_oom_kill_count(CgroupFiles& files,
                                                 const std::string& cgroup,
                                                 ReadContext& context) {
  CgroupReader reader(cgroup, files, context);
  const std::optional<MemoryEvents> events =
      reader.read(is_v2(context) ? CgroupFile::kMemoryEvents : CgroupFile::kMemoryOomControl,
                  parse_memory_events);
  return events ? events->oom_kill : std::nullopt;
}

}  // namespace supercargo
