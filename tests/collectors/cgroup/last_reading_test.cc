// Cgroups in which nothing happens: their last reading stands for the next ones.
#include "collectors/cgroup/last_reading.h"

#include "tests/collectors/cgroup/cgroup_pod.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kAppLabels;
using test::kSecond;

constexpr int kUntilQuiet = 3;  // passes: two that are equal, and before them one to compare with

class LastReadingTest : public test::CgroupPodTest {
 protected:
  // A second after the last one, unless told: before anything is read again for its age.
  void pass(int seconds = 1) {
    now_ns_ += seconds * kSecond;
    collector();
    samples_->clear();
    ASSERT_TRUE(collector_->collect_at(*samples_, now_ns_));
  }

  void become_quiet() {
    add_pod();
    for (int i = 0; i < kUntilQuiet; ++i) {
      pass();
    }
  }

  void file(const char* v1, const char* v2, const std::string& text) {
    machine_.file(container_path(kAppId), is_v2() ? v2 : v1, text);
  }

  void set_peak(int bytes) {
    file("memory.max_usage_in_bytes", "memory.peak", std::to_string(bytes) + "\n");
  }

  void set_pressure(int microseconds) {
    const std::string total = "avg10=0.00 avg60=0.00 avg300=0.00 total=";
    machine_.file(container_path(kAppId),
                  "io.pressure",
                  "some " + total + std::to_string(microseconds) + "\nfull " + total + "0\n");
  }

  double peak() { return value("container_memory_max_usage_bytes", kAppLabels); }

  double stalled() { return value("container_pressure_io_waiting_seconds_total", kAppLabels); }

  std::int64_t now_ns_ = unix_nanoseconds_now() + 60 * kSecond;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         LastReadingTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(LastReadingTest, StandsForAPassWhileNothingHappens) {
  become_quiet();
  const double before = peak();
  set_peak(7);
  pass();
  EXPECT_EQ(peak(), before) << "without CPU time or memory nobody can have changed it";
  EXPECT_EQ(value("container_last_seen", kAppLabels), static_cast<double>(now_ns_ / kSecond));
}

TEST_P(LastReadingTest, EndsWithTheLeastCpuTime) {
  become_quiet();
  set_peak(7);
  file("cpuacct.usage", "cpu.stat", is_v2() ? "usage_usec 12500001\n" : "12500000001\n");
  pass();
  EXPECT_EQ(peak(), 7);
  set_peak(8);
  pass();
  EXPECT_EQ(peak(), 8) << "it was just busy";
}

TEST_P(LastReadingTest, EndsWithAnyOtherUsageOfMemory) {
  become_quiet();
  set_peak(7);
  file("memory.usage_in_bytes", "memory.current", "104861696\n");
  pass();
  EXPECT_EQ(peak(), 7);
}

TEST_P(LastReadingTest, EndsWithinAMinute) {
  become_quiet();
  set_peak(7);
  pass(61);
  EXPECT_EQ(peak(), 7);
  set_peak(8);
  pass();
  EXPECT_EQ(peak(), 7) << "one that is equal is enough then";
}

TEST_P(LastReadingTest, DoesNotStandWhileSomebodyIsStalled) {
  add_pod();
  for (int microseconds = 1; microseconds <= 6; ++microseconds) {
    set_pressure(microseconds * 1'000'000);
    pass();
    EXPECT_DOUBLE_EQ(stalled(), microseconds);
  }
}

TEST_P(LastReadingTest, DoesNotHideWhatTheKernelWritesLater) {
  if (!is_v2()) {
    GTEST_SKIP() << "v1 counts that for nobody";
  }
  become_quiet();
  machine_.file(container_path(kAppId),
                "io.stat",
                "8:0 rbytes=4096 wbytes=999424 rios=1 wios=9 dbytes=0 dios=0\n");
  pass();
  EXPECT_EQ(value("container_fs_writes_bytes_total", kAppLabels + ",device=\"/dev/sda\""), 999424);
}

TEST_P(LastReadingTest, DoesNotStandForFamiliesThatWereNotWanted) {
  add_pod();
  std::vector<bool> wanted(collector().families().size(), true);
  wanted[cgroup_family::kMemoryMaxUsage] = false;
  collector().expect_wanted(wanted);
  for (int i = 0; i < kUntilQuiet; ++i) {
    pass();
  }
  EXPECT_FALSE(has("container_memory_max_usage_bytes", kAppLabels));
  wanted[cgroup_family::kMemoryMaxUsage] = true;
  collector().expect_wanted(wanted);
  pass();
  EXPECT_TRUE(has("container_memory_max_usage_bytes", kAppLabels));
}

}  // namespace
}  // namespace supercargo
