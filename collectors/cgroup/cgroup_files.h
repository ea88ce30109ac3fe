// The files of one cgroup, each opened once and kept open between passes.
//
// Owned by the collector, one a cgroup; collect thread. Kept descriptors are bounded by a budget
// that all cgroups share; above it a file is opened for each reading.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/fd.h"
#include "collectors/cgroup/hierarchy.h"

namespace supercargo {

enum class CgroupFile : std::uint8_t {
  // Both versions.
  kProcs,
  kCpuStat,
  kMemoryStat,
  kPidsCurrent,
  kPidsMax,
  kCpuPressure,
  kMemoryPressure,
  kIoPressure,
  // v2
  kCpuMax,
  kCpuWeight,
  kMemoryCurrent,
  kMemoryPeak,
  kMemorySwapCurrent,
  kMemoryMax,
  kMemorySwapMax,
  kMemoryMin,
  kMemoryEvents,
  kIoStat,
  // v1
  kCpuacctUsage,
  kCpuacctStat,
  kCfsPeriod,
  kCfsQuota,
  kCpuShares,
  kMemoryUsage,
  kMemoryMaxUsage,
  kMemoryFailcnt,
  kMemoryKernelUsage,
  kMemoryLimit,
  kMemoryswLimit,
  kMemorySoftLimit,
  kMemoryOomControl,
  kBlkioBytesRecursive,
  kBlkioBytes,
  kBlkioOperationsRecursive,
  kBlkioOperations,
};
inline constexpr std::size_t kCgroupFileCount = 35;

using UnwantedFiles = std::array<bool, kCgroupFileCount>;

// What all readings of a pass share.
struct ReadContext {
  const Hierarchy& hierarchy;
  std::string buffer;          // the text that was read last
  std::string path;            // scratch
  std::size_t files_left = 0;  // how many more descriptors may be kept open
  std::uint64_t errors = 0;    // files that exist and could not be read or understood
  UnwantedFiles unwanted{};    // are as good as missing
};

class CgroupFiles {
 public:
  // The text of the file, in context.buffer; nothing when there is no such file (any more).
  // `cgroup` is the cgroup's path, "/" for the root.
  std::optional<std::string_view> read(CgroupFile file,
                                       std::string_view cgroup,
                                       ReadContext& context);

  // Looks again for files that were not there: a controller may have been switched on.
  void forget_missing() { missing_ = {}; }

  // Gives the kept descriptors back to the budget: the cgroup is gone.
  void close(ReadContext& context);

 private:
  std::array<UniqueFd, kCgroupFileCount> kept_;
  std::array<bool, kCgroupFileCount> missing_{};
};

// Writes the cgroup's directory below its tree's root to `out`: "." for "/".
void append_relative_path(std::string_view cgroup, std::string& out);

}  // namespace supercargo
