// OOM kills on cgroup v1, with the node's count of all of them.
#include <numeric>

#include "tests/collectors/lifecycle/watch_fixture.h"

namespace supercargo {
namespace {

using test::container_path;
using test::kAppId;
using test::kAppName;
using test::kPod;
using test::kSideId;
using test::kUid;
using test::Version;
using test::WatchFixture;

constexpr int kLookMs = 50;   // a turn after an event
constexpr int kMostMs = 250;  // between two looks without one

class OomKillsV1 : public ::testing::Test {
 protected:
  OomKillsV1() : fixture_(Version::kV1) {
    set_node_kills(40);
    fixture_.add_pod();
  }

  void set_node_kills(int kills) {
    node_kills_ = kills;
    fixture_.machine.tree.file("proc/vmstat",
                               "nr_free_pages 9\noom_kill " + std::to_string(kills) + "\n");
  }

  void kill_on_node() { set_node_kills(node_kills_ + 1); }

  [[nodiscard]] double of_pod() const { return fixture_.value("supercargo_pod_oom_kills_total"); }

  WatchFixture fixture_;
  int node_kills_ = 0;
};

std::string id_of(int number) {
  const std::string digits = std::to_string(number);
  return std::string(64 - digits.size(), 'a') + digits;
}

TEST_F(OomKillsV1, AHundredInShortLivedContainersAreExactlyAHundred) {
  fixture_.begin();
  for (int kill = 1; kill <= 100; ++kill) {
    const std::string id = id_of(kill);
    fixture_.add_container(id);
    if (kill % 3 == 0) {
      fixture_.turn(kLookMs);  // some are seen alive
    }
    fixture_.set_kills(container_path(id), 1);
    kill_on_node();
    if (kill % 5 == 0) {
      fixture_.turn(kLookMs);  // and some killed
    }
    fixture_.remove_container(id);
    if (kill % 7 != 0) {
      fixture_.turn(kLookMs);  // and some only when there is already the next
    }
  }
  fixture_.seconds(20);
  EXPECT_EQ(of_pod(), 100);
  EXPECT_EQ(fixture_.value("supercargo_namespace_oom_kills_total"), 100);
  const auto kills = fixture_.values("supercargo_container_oom_kills_total");
  EXPECT_EQ(std::accumulate(kills.begin(),
                            kills.end(),
                            0.0,
                            [](double total, const auto& one) { return total + one.second; }),
            100);
}

TEST_F(OomKillsV1, TheNodesCountIsAskedOftenWhileThereAreContainers) {
  fixture_.begin();
  fixture_.turn(1'000);
  EXPECT_GT(fixture_.until_next_turn().count(), kMostMs) << "there are none: an idle agent sleeps";
  fixture_.add_container(kAppId);
  fixture_.turn(1'000);
  EXPECT_LE(fixture_.until_next_turn().count(), kMostMs);
  fixture_.remove_container(kAppId);
  fixture_.seconds(2);
  EXPECT_GT(fixture_.until_next_turn().count(), kMostMs);
}

TEST_F(OomKillsV1, OneOutsideOfPodsIsNoPods) {
  fixture_.add_container(kAppId);
  fixture_.begin();
  kill_on_node();
  fixture_.turn(kLookMs);
  fixture_.turn(1'000);
  fixture_.remove_container(kAppId);
  fixture_.turn(kLookMs);
  fixture_.seconds(20);
  EXPECT_EQ(of_pod(), 0);
}

TEST_F(OomKillsV1, OneThatTheContainerTellsOfIsNotCountedAgainAtItsEnd) {
  fixture_.add_container(kAppId);
  fixture_.begin();
  fixture_.set_kills(container_path(kAppId), 1);
  kill_on_node();
  fixture_.turn(kLookMs);
  EXPECT_EQ(of_pod(), 1) << "at once, not only at the next second";
  fixture_.remove_container(kAppId);
  fixture_.turn(kLookMs);
  fixture_.seconds(20);
  EXPECT_EQ(of_pod(), 1);
  EXPECT_EQ(fixture_.values("supercargo_container_oom_kills_total"),
            (std::map<std::string, double>{{kAppName, 1}}));
}

TEST_F(OomKillsV1, OneWhoseCgroupGoesWhileItIsReadIsCountedWhenItIsGone) {
  fixture_.add_container(kAppId);
  fixture_.begin();
  kill_on_node();
  fixture_.turn(kLookMs);
  EXPECT_EQ(of_pod(), 0);
  fixture_.remove_container(kAppId);
  fixture_.turn(kLookMs);
  fixture_.seconds(20);
  EXPECT_EQ(of_pod(), 1);
}

TEST_F(OomKillsV1, OneThatTwoPodsMayHaveHadIsNotGuessed) {
  std::string uid = kUid;
  uid.replace(uid.size() - 4, 4, "9999");
  std::string pod = kPod;
  pod.replace(pod.size() - 10, 4, "9999");
  const std::string other = pod + "/cri-containerd-" + kSideId + ".scope";
  fixture_.machine.pod_log_dir(uid);
  for (const std::string& path : {pod, other}) {
    fixture_.machine.cgroup(path);
    fixture_.set_kills(path, 0);
  }
  fixture_.machine.log_link("side", kSideId, uid);
  fixture_.add_container(kAppId);
  fixture_.begin();
  kill_on_node();
  fixture_.remove_container(kAppId);
  fixture_.machine.remove(other);
  fixture_.turn(kLookMs);
  fixture_.seconds(20);
  for (const auto& [labels, kills] : fixture_.values("supercargo_pod_oom_kills_total")) {
    EXPECT_EQ(kills, 0) << labels;
  }
}

}  // namespace
}  // namespace supercargo
