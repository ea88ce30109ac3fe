// OOM kills on cgroup v1 where the agent sees the containers' processes: it is told of their ends.
#include <array>
#include <memory>

#include "tests/collectors/lifecycle/watch_fixture.h"
#include "tests/support/ending_process.h"

namespace supercargo {
namespace {

using test::EndingProcess;
using test::Version;
using test::WatchFixture;

constexpr int kTurnMs = 20;

// A pod of its own with one container, which has a process of its own.
struct Running {
  std::string pod;
  std::string container;
  std::unique_ptr<EndingProcess> process = std::make_unique<EndingProcess>();
};

class ExitsOfV1 : public ::testing::Test {
 protected:
  ExitsOfV1() : fixture_(Version::kV1) { set_node_kills(40); }

  void set_node_kills(int kills) {
    node_kills_ = kills;
    fixture_.machine.tree.file("proc/vmstat",
                               "nr_free_pages 9\noom_kill " + std::to_string(kills) + "\n");
  }

  Running run(int number) {
    const std::string digits = std::to_string(1000 + number);
    std::string uid = test::kUid;
    uid.replace(uid.size() - 4, 4, digits);
    Running running;
    running.pod = test::kPod;
    running.pod.replace(running.pod.size() - 10, 4, digits);
    const std::string id = std::string(60, 'b') + digits;
    running.container = running.pod + "/cri-containerd-" + id + ".scope";
    fixture_.machine.pod_log_dir(uid);
    fixture_.machine.cgroup(running.pod);
    fixture_.machine.cgroup(running.container);
    fixture_.set_kills(running.container, 0);
    fixture_.machine.file(
        running.container, "cgroup.procs", std::to_string(running.process->id()) + "\n");
    fixture_.machine.log_link("app", id, uid);
    return running;
  }

  // The kernel counts a kill before the process ends.
  void kill(const Running& running) {
    fixture_.set_kills(running.container, 1);
    set_node_kills(node_kills_ + 1);
    running.process->end();
  }

  void remove(const Running& running) { fixture_.machine.remove(running.pod); }

  [[nodiscard]] double of_all_pods() const {
    double all = 0;
    for (const auto& [labels, kills] : fixture_.values("supercargo_pod_oom_kills_total")) {
      all += kills;
    }
    return all;
  }

  WatchFixture fixture_;
  int node_kills_ = 0;
};

TEST_F(ExitsOfV1, TwoThatAreKilledAndRemovedAtTheSameTimeAreTwo) {
  fixture_.begin();
  for (int pair = 0; pair < 10; ++pair) {
    const std::array<Running, 2> both{run(2 * pair), run(2 * pair + 1)};
    fixture_.turn(kTurnMs);
    kill(both[0]);
    kill(both[1]);
    fixture_.turn(kTurnMs);
    remove(both[0]);
    remove(both[1]);
    fixture_.turn(kTurnMs);
    EXPECT_EQ(of_all_pods(), 2 * pair + 2);
  }
  fixture_.seconds(20);
  EXPECT_EQ(of_all_pods(), 20);
  EXPECT_EQ(fixture_.value("supercargo_namespace_oom_kills_total"), 20);
}

TEST_F(ExitsOfV1, OneOutsideOfPodsIsNotThatOfAContainerThatEndsJustThen) {
  fixture_.begin();
  const Running running = run(1);
  fixture_.turn(kTurnMs);
  running.process->end();
  fixture_.turn(kTurnMs);
  set_node_kills(node_kills_ + 1);
  remove(running);
  fixture_.turn(kTurnMs);
  fixture_.seconds(20);
  EXPECT_EQ(of_all_pods(), 0);
}

TEST_F(ExitsOfV1, OneThatWasReadInTimeIsNotThatOfAnotherPodToo) {
  fixture_.begin();
  const Running killed = run(1);
  const Running unseen = run(2);
  fixture_.machine.file(unseen.container, "cgroup.procs", "");
  fixture_.turn(kTurnMs);
  kill(killed);
  remove(unseen);
  fixture_.turn(kTurnMs);
  remove(killed);
  fixture_.turn(kTurnMs);
  fixture_.seconds(20);
  EXPECT_EQ(of_all_pods(), 1);
}

TEST_F(ExitsOfV1, AProcessThatComesAfterTheFirstIsWatchedToo) {
  fixture_.begin();
  const Running running = run(1);
  fixture_.turn(kTurnMs);
  const EndingProcess next;
  running.process->end();  // as the first stage of a runtime does
  fixture_.turn(kTurnMs);
  fixture_.machine.file(running.container, "cgroup.procs", std::to_string(next.id()) + "\n");
  fixture_.turn(kTurnMs);
  fixture_.set_kills(running.container, 1);
  set_node_kills(node_kills_ + 1);
  next.end();
  fixture_.turn(kTurnMs);
  EXPECT_EQ(of_all_pods(), 1);
  remove(running);
  fixture_.seconds(20);
  EXPECT_EQ(of_all_pods(), 1);
}

TEST_F(ExitsOfV1, LooksForAProcessOftenOnlyUntilThereIsOne) {
  fixture_.begin();
  const Running running = run(1);
  fixture_.machine.file(running.container, "cgroup.procs", "");
  fixture_.turn(kTurnMs);
  EXPECT_LE(fixture_.until_next_turn().count(), kTurnMs);
  fixture_.machine.file(
      running.container, "cgroup.procs", std::to_string(running.process->id()) + "\n");
  fixture_.turn(kTurnMs);
  EXPECT_GT(fixture_.until_next_turn().count(), kTurnMs);
  const Running hidden = run(2);
  fixture_.machine.file(hidden.container, "cgroup.procs", "");
  fixture_.turn(kTurnMs);
  EXPECT_LE(fixture_.until_next_turn().count(), kTurnMs);
  fixture_.seconds(3);
  EXPECT_GT(fixture_.until_next_turn().count(), kTurnMs);
}

}  // namespace
}  // namespace supercargo
