#include "collectors/cgroup/cgroup_reader.h"

#include <array>

#include "agent/base/pressure.h"

namespace supercargo {
namespace {

constexpr std::uint64_t kUnlimited = std::uint64_t{1} << 62;

std::optional<PressureTotals> pressure_of(std::string_view text) {
  const Result<PressureTotals> totals = parse_pressure(text);
  return totals ? std::optional(*totals) : std::nullopt;
}

}  // namespace

double CgroupReader::read_limit(CgroupFile file) {
  const std::optional<std::uint64_t> limit = read_value(file);
  if (!limit) {
    return kNotKnown;
  }
  return *limit > kUnlimited ? 0 : static_cast<double>(*limit);
}

void read_processes(CgroupReader& reader, CgroupSample& sample) {
  sample.set(cgroup_family::kThreads, reader.read_value(CgroupFile::kPidsCurrent));
  sample.processes = reader.read(CgroupFile::kProcs, parse_procs);
}

void read_pressure(CgroupReader& reader, CgroupSample& sample) {
  struct File {
    CgroupFile file;
    cgroup_family::CgroupFamily waiting;
    cgroup_family::CgroupFamily stalled;
  };

  constexpr std::array<File, 3> kFiles{{
      {CgroupFile::kCpuPressure,
       cgroup_family::kPressureCpuWaiting,
       cgroup_family::kPressureCpuStalled},
      {CgroupFile::kMemoryPressure,
       cgroup_family::kPressureMemoryWaiting,
       cgroup_family::kPressureMemoryStalled},
      {CgroupFile::kIoPressure,
       cgroup_family::kPressureIoWaiting,
       cgroup_family::kPressureIoStalled},
  }};
  for (const File& file : kFiles) {
    const std::optional<PressureTotals> pressure = reader.read(file.file, pressure_of);
    if (pressure && pressure->some) {
      sample.set(file.waiting, seconds_of_us(*pressure->some));
    }
    if (pressure && pressure->full) {
      sample.set(file.stalled, seconds_of_us(*pressure->full));
    }
  }
}

void set_memory(const std::optional<MemoryStat>& stat,
                std::optional<std::uint64_t> usage,
                CgroupSample& sample) {
  sample.set(cgroup_family::kMemoryUsage, usage);
  if (!stat) {
    return;
  }
  sample.set(cgroup_family::kMemoryCache, stat->cache);
  sample.set(cgroup_family::kMemoryRss, stat->rss);
  sample.set(cgroup_family::kMemoryMappedFile, stat->mapped_file);
  sample.set(cgroup_family::kMemoryActiveFile, stat->active_file);
  sample.set(cgroup_family::kMemoryInactiveFile, stat->inactive_file);
  sample.set(cgroup_family::kMemoryFileDirty, stat->dirty);
  sample.set(cgroup_family::kMemoryFileWriteback, stat->writeback);
  sample.set(cgroup_family::kMemoryRefaultFile, stat->refault_file);
  sample.set(cgroup_family::kMemoryRefaultAnon, stat->refault_anon);
  if (usage && stat->inactive_file) {
    // The two come from two files: the second may have grown since the first was read.
    const std::uint64_t inactive = *stat->inactive_file;
    sample.set(cgroup_family::kMemoryWorkingSet,
               static_cast<double>(*usage > inactive ? *usage - inactive : 0));
  }
}

}  // namespace supercargo
