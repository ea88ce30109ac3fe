#include "collectors/cgroup/wanted_files.h"

#include <array>

#include "collectors/cgroup/families.h"

namespace supercargo {
namespace {

using namespace cgroup_family;  // NOLINT(google-build-using-namespace): enumerators only

// A file, and families (the first and the last of a run) that cannot be told without it.
struct Use {
  CgroupFile file;
  CgroupFamily first;
  CgroupFamily last;
};

constexpr auto kUses = std::to_array<Use>({
    // Both versions.
    {CgroupFile::kProcs, kProcesses, kProcesses},
    {CgroupFile::kProcs, kUlimitsSoft, kNetworkTransmitErrors},
    {CgroupFile::kCpuStat, kCpuUser, kCfsBurstSeconds},
    {CgroupFile::kCpuStat, kCpuUsage, kCpuUsage},
    {CgroupFile::kMemoryStat, kMemoryCache, kMemorySwap},
    {CgroupFile::kMemoryStat, kMemoryUsage, kMemoryUsage},
    {CgroupFile::kMemoryStat, kMemoryWorkingSet, kMemoryInactiveFile},
    {CgroupFile::kMemoryStat, kMemoryFileDirty, kMemoryRefaultAnon},
    {CgroupFile::kMemoryStat, kMemoryFailures, kMemoryFailures},
    {CgroupFile::kPidsCurrent, kProcesses, kThreads},
    {CgroupFile::kPidsMax, kThreadsMax, kThreadsMax},
    {CgroupFile::kCpuPressure, kPressureCpuWaiting, kPressureCpuStalled},
    {CgroupFile::kMemoryPressure, kPressureMemoryWaiting, kPressureMemoryStalled},
    {CgroupFile::kIoPressure, kPressureIoWaiting, kPressureIoStalled},
    // v2
    {CgroupFile::kCpuMax, kCfsPeriods, kCfsBurstSeconds},
    {CgroupFile::kCpuMax, kSpecCpuPeriod, kSpecCpuQuota},
    {CgroupFile::kCpuMax, kCpuLimit, kCpuLimit},
    {CgroupFile::kCpuWeight, kSpecCpuShares, kCpuWeight},
    {CgroupFile::kMemoryCurrent, kMemoryUsage, kMemoryUsage},
    {CgroupFile::kMemoryCurrent, kMemoryWorkingSet, kMemoryWorkingSet},
    {CgroupFile::kMemoryPeak, kMemoryMaxUsage, kMemoryMaxUsage},
    {CgroupFile::kMemorySwapCurrent, kMemorySwap, kMemorySwap},
    {CgroupFile::kMemoryMax, kSpecMemoryLimit, kSpecMemoryLimit},
    {CgroupFile::kMemoryMax, kMemoryLimit, kMemoryLimit},
    {CgroupFile::kMemorySwapMax, kSpecMemorySwapLimit, kSpecMemorySwapLimit},
    {CgroupFile::kMemoryMin, kSpecMemoryReservation, kSpecMemoryReservation},
    {CgroupFile::kMemoryEvents, kMemoryEventsHigh, kMemoryEventsMax},
    {CgroupFile::kMemoryEvents, kOomEvents, kOomEvents},
    {CgroupFile::kIoStat, kFsReadBytes, kBlkioUsage},
    // v1
    {CgroupFile::kCpuacctUsage, kCpuUsage, kCpuUsage},
    {CgroupFile::kCpuacctStat, kCpuUser, kCpuSystem},
    {CgroupFile::kCfsPeriod, kSpecCpuPeriod, kSpecCpuPeriod},
    {CgroupFile::kCfsQuota, kCfsPeriods, kCfsBurstSeconds},
    {CgroupFile::kCfsQuota, kSpecCpuQuota, kSpecCpuQuota},
    {CgroupFile::kCfsPeriod, kCpuLimit, kCpuLimit},
    {CgroupFile::kCfsQuota, kCpuLimit, kCpuLimit},
    {CgroupFile::kCpuShares, kSpecCpuShares, kSpecCpuShares},
    {CgroupFile::kMemoryUsage, kMemoryUsage, kMemoryUsage},
    {CgroupFile::kMemoryUsage, kMemoryWorkingSet, kMemoryWorkingSet},
    {CgroupFile::kMemoryMaxUsage, kMemoryMaxUsage, kMemoryMaxUsage},
    {CgroupFile::kMemoryFailcnt, kMemoryFailcnt, kMemoryFailcnt},
    {CgroupFile::kMemoryKernelUsage, kMemoryKernelUsage, kMemoryKernelUsage},
    {CgroupFile::kMemoryLimit, kSpecMemoryLimit, kSpecMemoryLimit},
    {CgroupFile::kMemoryLimit, kMemoryLimit, kMemoryLimit},
    {CgroupFile::kMemoryswLimit, kSpecMemorySwapLimit, kSpecMemorySwapLimit},
    {CgroupFile::kMemorySoftLimit, kSpecMemoryReservation, kSpecMemoryReservation},
    {CgroupFile::kMemoryOomControl, kOomEvents, kOomEvents},
    {CgroupFile::kBlkioBytesRecursive, kFsReadBytes, kFsWriteBytes},
    {CgroupFile::kBlkioBytesRecursive, kBlkioUsage, kBlkioUsage},
    {CgroupFile::kBlkioBytes, kFsReadBytes, kFsWriteBytes},
    {CgroupFile::kBlkioBytes, kBlkioUsage, kBlkioUsage},
    {CgroupFile::kBlkioOperationsRecursive, kFsReads, kFsWrites},
    {CgroupFile::kBlkioOperations, kFsReads, kFsWrites},
});

}  // namespace

UnwantedFiles unwanted_files(const std::vector<bool>& families) {
  UnwantedFiles out;
  out.fill(true);
  for (const Use& use : kUses) {
    if (wants_any(families, use.first, use.last)) {
      out[static_cast<std::size_t>(use.file)] = false;
    }
  }
  return out;
}

bool wants_any(const std::vector<bool>& families, std::size_t first, std::size_t last) {
  for (std::size_t family = first; family <= last && family < families.size(); ++family) {
    if (families[family]) {
      return true;
    }
  }
  return false;
}

}  // namespace supercargo
