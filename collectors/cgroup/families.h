// The metric families of containers, one table: cAdvisor's names, types, units and labels.
//
// Constant data, any thread. The enumerators are the places in the table.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "agent/base/metric_desc.h"

namespace supercargo {

namespace cgroup_family {

enum CgroupFamily : std::size_t {
  // One sample a cgroup, without further labels.
  kLastSeen,
  kCreationTime,
  kStartTime,
  kCpuUser,
  kCpuSystem,
  kCfsPeriods,
  kCfsThrottledPeriods,
  kCfsThrottledSeconds,
  kCfsBurstPeriods,
  kCfsBurstSeconds,
  kMemoryCache,
  kMemoryRss,
  kMemoryKernelUsage,
  kMemoryMappedFile,
  kMemorySwap,
  kMemoryFailcnt,
  kMemoryUsage,
  kMemoryMaxUsage,
  kMemoryWorkingSet,
  kMemoryActiveFile,
  kMemoryInactiveFile,
  kMemoryEventsHigh,
  kMemoryEventsMax,
  kMemoryFileDirty,
  kMemoryFileWriteback,
  kMemoryPgscan,
  kMemoryPgsteal,
  kMemoryRefaultFile,
  kMemoryRefaultAnon,
  kProcesses,
  kThreads,
  kOomEvents,
  kPressureCpuWaiting,
  kPressureCpuStalled,
  kPressureMemoryWaiting,
  kPressureMemoryStalled,
  kPressureIoWaiting,
  kPressureIoStalled,
  // Limits: what was configured, read less often than what is used.
  kThreadsMax,
  kFirstLimit = kThreadsMax,
  kSpecCpuPeriod,
  kSpecCpuQuota,
  kSpecCpuShares,
  kCpuWeight,
  kSpecMemoryLimit,
  kSpecMemorySwapLimit,
  kSpecMemoryReservation,
  kSimpleCount,
  // Labels of their own.
  kCpuUsage = kSimpleCount,
  kCpuLimit,
  kMemoryLimit,
  kMemoryFailures,
  kFsReadBytes,
  kFsWriteBytes,
  kFsReads,
  kFsWrites,
  kIoCostUsage,
  kIoCostWait,
  kIoCostIndebt,
  kIoCostIndelay,
  kBlkioUsage,
  kHugetlbUsage,
  kHugetlbMaxUsage,
  kHugetlbFailcnt,
  kUlimitsSoft,
  kNetworkReceiveBytes,
  kNetworkReceivePackets,
  kNetworkReceiveDropped,
  kNetworkReceiveErrors,
  kNetworkTransmitBytes,
  kNetworkTransmitPackets,
  kNetworkTransmitDropped,
  kNetworkTransmitErrors,
  kReadErrors,
  kScrapeError,
  kCount,
};

}  // namespace cgroup_family

[[nodiscard]] std::span<const MetricDesc> cgroup_families() noexcept;

}  // namespace supercargo
