// Thermal throttling of cores and packages, and the CPUs that the scheduler leaves alone, from
// <sys>/devices/system/cpu.
//
// Owned by the cpu collector, collect thread. The machine's topology is read once: what a core or
// package counts stands in the directory of each of its CPUs, and one of them is kept open.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/host_paths.h"
#include "agent/base/sample_set.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

// The CPUs of a list as the kernel writes it: "0,2-4". Odd parts are left out.
[[nodiscard]] std::vector<std::uint32_t> parse_isolated_cpus(std::string_view text);

class CpuThrottle {
 public:
  // The families are core throttles, package throttles and isolated, in this order, from
  // `first_family` on.
  CpuThrottle(const HostPaths& host, std::size_t first_family);

  void add_samples(SampleSet& out);

 private:
  struct Counter {
    std::size_t family;
    std::string labels;
    KernelFile file;
  };

  void add_counter(std::size_t family, std::string labels, std::string path);

  std::size_t first_family_;
  std::vector<Counter> counters_;
  std::vector<std::uint32_t> isolated_;
};

}  // namespace supercargo
