// A ContainerWatch on a tree of cgroups that changes between its turns, at times of the test's own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/lifecycle/container_watch.h"
#include "collectors/lifecycle/lifecycle_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo::test {

using Version = CgroupTree::Version;

inline constexpr std::int64_t kSecondNs = 1'000'000'000;

class WatchFixture {
 public:
  explicit WatchFixture(Version version) : machine(version), version_(version) {
    for (const std::string& path : {std::string("/"), std::string("/kubepods.slice"), kQosSlice}) {
      machine.cgroup(path);
    }
  }

  // The watch begins: what is there now was there before.
  void begin(bool peaks = true) {
    Result<std::unique_ptr<ContainerWatch>> opened = ContainerWatch::open(
        {.host = machine.paths(), .log_directory = "/var/log", .peaks = peaks}, board, outlet);
    ASSERT_TRUE(opened);
    watch_ = std::move(*opened);
    turn(0);
  }

  // One turn, so many milliseconds after the last one.
  void turn(std::int64_t milliseconds = 10) {
    now_.steady += Milliseconds(milliseconds);
    now_.unix_ns += milliseconds * 1'000'000;
    watch_->turn(now_);
  }

  // From now to when the watch wants its next turn.
  [[nodiscard]] Milliseconds until_next_turn() const {
    return std::chrono::duration_cast<Milliseconds>(watch_->next_turn() - now_.steady);
  }

  void seconds(int count) {
    for (int i = 0; i < count; ++i) {
      turn(1000);
    }
  }

  void add_pod() {
    machine.pod_log_dir(kUid);
    machine.cgroup(kPod);
    set_kills(kPod, 0);
  }

  void add_container(const std::string& id, const std::string& container = "app") {
    machine.cgroup(container_path(id));
    set_kills(container_path(id), 0);
    if (!container.empty()) {
      machine.log_link(container, id, kUid);
    }
  }

  void remove_container(const std::string& id) { machine.remove(container_path(id)); }

  void set_kills(const std::string& path, int kills) {
    const std::string count = "oom_kill " + std::to_string(kills) + "\n";
    if (version_ == Version::kV2) {
      machine.file(path, "memory.events", "low 0\nhigh 0\nmax 0\noom 0\n" + count);
    } else {
      machine.file(path, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n" + count);
    }
  }

  void set_cpu(const std::string& path, double seconds) {
    if (version_ == Version::kV2) {
      machine.file(path,
                   "cpu.stat",
                   "usage_usec " + std::to_string(static_cast<std::int64_t>(seconds * 1e6)) + "\n");
    } else {
      machine.file(path, "cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
      machine.file(
          path, "cpuacct.usage", std::to_string(static_cast<std::int64_t>(seconds * 1e9)) + "\n");
    }
  }

  void set_throttling(const std::string& path, int periods, int throttled, int seconds) {
    const bool v2 = version_ == Version::kV2;
    const std::string counts = "nr_periods " + std::to_string(periods) + "\nnr_throttled " +
                               std::to_string(throttled) + "\n";
    const std::string time = v2 ? "usage_usec 5\nthrottled_usec " : "throttled_time ";
    const std::string zeros = v2 ? "000000\n" : "000000000\n";
    machine.file(path, "cpu.stat", counts + time + std::to_string(seconds) + zeros);
  }

  void set_memory(const std::string& path, std::uint64_t bytes) {
    machine.file(path,
                 version_ == Version::kV2 ? "memory.current" : "memory.usage_in_bytes",
                 std::to_string(bytes) + "\n");
  }

  [[nodiscard]] std::map<std::string, double> values(const std::string& family) const {
    LifecycleCollector collector(board);
    SampleSet samples(collector.families());
    EXPECT_TRUE(collector.collect(samples));
    return values_of(samples, family);
  }

  // The only series of the family; -1 when there is none or more.
  [[nodiscard]] double value(const std::string& family) const {
    const std::map<std::string, double> all = values(family);
    return all.size() == 1 ? all.begin()->second : -1;
  }

  [[nodiscard]] std::int64_t now_ns() const { return now_.unix_ns; }

  CgroupTree machine;
  std::shared_ptr<LifecycleBoard> board = std::make_shared<LifecycleBoard>();
  std::shared_ptr<EventOutlet> outlet = std::make_shared<EventOutlet>();

 private:
  const Version version_;
  ContainerWatch::Now now_{SteadyTime{} + std::chrono::hours(1), unix_nanoseconds_now()};
  std::unique_ptr<ContainerWatch> watch_;
};

inline const std::string kAppName = R"(container="app",namespace="shop",pod="web")";

}  // namespace supercargo::test
