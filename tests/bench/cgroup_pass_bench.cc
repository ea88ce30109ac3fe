// What a pass over the cgroups of a full node costs: 125 pods of one container and one sandbox each
// in a temporary tree, read as often as asked. Prints CPU time; the kernel's own work to render
// real cgroup files is not in it.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/resource.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"

namespace {

using supercargo::test::CgroupTree;

constexpr int kPods = 125;
constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kScrapeIntervalNs = 15'000'000'000;

std::string hex(int number, std::size_t digits) {
  char text[80];
  std::snprintf(
      text, sizeof(text), "%0*x", static_cast<int>(digits), static_cast<unsigned>(number));
  return text;
}

void fill(CgroupTree& machine) {
  machine.cgroup("/");
  machine.cgroup("/kubepods.slice");
  machine.cgroup(supercargo::test::kQosSlice);
  for (int pod = 0; pod < kPods; ++pod) {
    const std::string tail = hex(pod, 12);
    const std::string path = supercargo::test::kQosSlice +
                             "/kubepods-burstable-pod0a27611d_ea54_405f_9b1c_" + tail + ".slice";
    const std::string app = hex(2 * pod, 64);
    machine.cgroup(path);
    machine.cgroup(path + "/cri-containerd-" + app + ".scope", 1000 + pod);
    machine.cgroup(path + "/cri-containerd-" + hex(2 * pod + 1, 64) + ".scope", 5000 + pod);
    machine.log_link("app", app, "0a27611d-ea54-405f-9b1c-" + tail);
    machine.process(1000 + pod, 1);
    machine.process_in_network_of(5000 + pod, 1000 + pod);
  }
}

struct Cpu {
  double user_ms;
  double system_ms;
};

Cpu cpu_spent() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return {ms(usage.ru_utime), ms(usage.ru_stime)};
}

void measure(const char* what, CgroupTree& machine, supercargo::CgroupOptions options, int passes) {
  supercargo::PodIndex index(machine.paths(), "node");
  supercargo::CgroupCollector collector(machine.paths(), index, options);
  supercargo::SampleSet samples(collector.families());
  std::int64_t now = supercargo::unix_nanoseconds_now() + kMinuteNs;
  Cpu begin{};
  for (int pass = -2; pass < passes; ++pass) {  // the first ones open files and get memory
    begin = pass == 0 ? cpu_spent() : begin;
    samples.clear();
    now += kScrapeIntervalNs;
    if (!collector.collect_at(samples, now)) {
      std::puts("the pass failed");
      std::exit(1);
    }
  }
  const Cpu end = cpu_spent();
  std::size_t count = 0;
  for (std::size_t family = 0; family < samples.families().size(); ++family) {
    count += samples.samples(family).size();
  }
  std::printf("%s: %.2f ms of CPU a pass (%.2f in the kernel), %zu samples\n",
              what,
              (end.user_ms - begin.user_ms + end.system_ms - begin.system_ms) / passes,
              (end.system_ms - begin.system_ms) / passes,
              count);
}

}  // namespace

int main(int argc, char** argv) {
  const int passes = argc > 1 ? std::atoi(argv[1]) : 100;
  for (const auto version : {CgroupTree::Version::kV2, CgroupTree::Version::kV1}) {
    CgroupTree machine(version);
    fill(machine);
    std::puts(version == CgroupTree::Version::kV2 ? "v2, 378 cgroups" : "v1, 378 cgroups");
    measure("  files kept open", machine, {.max_open_files = 20'000}, passes);
    measure("  files opened each time", machine, {.max_open_files = 0}, passes);
  }
}
