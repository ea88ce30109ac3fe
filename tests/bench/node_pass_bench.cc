// What each collector of the node's costs a pass on this machine, the dearest first: CPU time, and
// how much of it is the kernel's.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "agent/base/host_paths.h"
#include "collectors/node/node_collectors.h"

namespace {

struct Cost {
  std::string name;
  double microseconds;
  double in_kernel;
};

struct Cpu {
  double user_us;
  double system_us;
};

Cpu cpu_spent() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return {us(usage.ru_utime), us(usage.ru_stime)};
}

Cost measure(supercargo::Collector& collector, int passes) {
  supercargo::SampleSet samples(collector.families());
  Cpu begin{};
  for (int pass = -2; pass < passes; ++pass) {  // the first ones open files and get memory
    begin = pass == 0 ? cpu_spent() : begin;
    samples.clear();
    (void)collector.collect(samples);
  }
  const Cpu end = cpu_spent();
  const double kernel = (end.system_us - begin.system_us) / passes;
  return {std::string(collector.name()), (end.user_us - begin.user_us) / passes + kernel, kernel};
}

}  // namespace

int main(int argc, char** argv) {
  const int passes = argc > 1 ? std::atoi(argv[1]) : 1000;
  const supercargo::NodeOptions options{supercargo::HostPaths(), {}, argc > 2};
  std::vector<Cost> costs;
  double all = 0;
  for (const auto& collector : supercargo::make_node_collectors(options)) {
    costs.push_back(measure(*collector, passes));
    all += costs.back().microseconds;
  }
  std::ranges::sort(costs, std::ranges::greater(), &Cost::microseconds);
  for (const Cost& cost : costs) {
    std::printf(
        "%8.1f us (%.1f in the kernel) %s\n", cost.microseconds, cost.in_kernel, cost.name.c_str());
  }
  std::printf("%8.1f us together\n", all);
}
