// OOM kills, counted on trees that change between passes.
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

const std::string kPodLabels = R"(namespace="shop",pod="web",pod_uid=")" + kUid + "\"";
const std::string kNobody = R"(container="",namespace="shop",pod="web")";

std::string id_of(int number) {
  const std::string digits = std::to_string(number);
  return std::string(64 - digits.size(), 'a') + digits;
}

double sum(const std::map<std::string, double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0, [](double total, const auto& value) {
    return total + value.second;
  });
}

TEST(OomKills, AHundredInShortLivedContainersAreExactlyAHundred) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.begin();
  for (int kill = 1; kill <= 100; ++kill) {
    const std::string id = id_of(kill);
    fixture.add_container(id);
    if (kill % 3 == 0) {
      fixture.turn();  // some are seen alive
    }
    fixture.set_kills(container_path(id), 1);
    fixture.set_kills(kPod, kill);
    if (kill % 5 == 0) {
      fixture.turn();  // and some killed
    }
    fixture.remove_container(id);
    if (kill % 7 != 0) {
      fixture.turn();  // and some only when there is already the next
    }
  }
  fixture.seconds(20);
  EXPECT_EQ(fixture.values("supercargo_pod_oom_kills_total"),
            (std::map<std::string, double>{{kPodLabels, 100}}));
  EXPECT_EQ(fixture.value("supercargo_namespace_oom_kills_total"), 100);
  EXPECT_EQ(sum(fixture.values("supercargo_container_oom_kills_total")), 100);
  EXPECT_EQ(fixture.value("supercargo_container_starts_total"), 100) << "no name but app";
  EXPECT_EQ(fixture.values("supercargo_container_exits_total")[kAppName], 100);
}

TEST(OomKills, AHundredPodsThatEndBetweenTwoScrapesAreExactlyAHundred) {
  WatchFixture fixture(Version::kV2);
  fixture.begin();
  for (int number = 0; number < 100; ++number) {
    std::string uid = kUid;
    const std::string digits = std::to_string(1000 + number);
    uid.replace(uid.size() - 4, 4, digits);
    std::string pod = kPod;
    pod.replace(pod.size() - 10, 4, digits);
    const std::string container = pod + "/cri-containerd-" + id_of(number) + ".scope";
    fixture.machine.pod_log_dir(uid);
    for (const std::string& path : {pod, container}) {
      fixture.machine.cgroup(path);
      fixture.set_kills(path, 0);
    }
    fixture.machine.log_link("app", id_of(number), uid);
    fixture.turn();
    fixture.set_kills(container, 1);
    fixture.set_kills(pod, 1);
    fixture.turn();
    fixture.machine.remove(container);
    fixture.machine.remove(pod);
    std::filesystem::remove(
        fixture.machine.tree.path("var/log/containers/web_shop_app-" + id_of(number) + ".log"));
  }
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_namespace_oom_kills_total"), 100);
  EXPECT_EQ(fixture.values("supercargo_pod_oom_kills_total").size(), 100U);
  EXPECT_EQ(sum(fixture.values("supercargo_pod_oom_kills_total")), 100);
  EXPECT_EQ(fixture.values("supercargo_container_oom_kills_total")[kAppName], 100);
  fixture.seconds(140);
  EXPECT_TRUE(fixture.values("supercargo_pod_oom_kills_total").empty());
  EXPECT_EQ(fixture.value("supercargo_namespace_oom_kills_total"), 100) << "outlives the pods";
}

TEST(OomKills, ThoseOfBeforeAreShownButNotCountedAgain) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.set_kills(kPod, 7);
  fixture.set_kills(container_path(kAppId), 3);
  fixture.begin();
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 7);
  EXPECT_EQ(fixture.value("supercargo_namespace_oom_kills_total"), 0);
  fixture.set_kills(container_path(kAppId), 4);
  fixture.set_kills(kPod, 8);
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 8);
  EXPECT_EQ(fixture.value("supercargo_namespace_oom_kills_total"), 1);
  EXPECT_EQ(fixture.values("supercargo_container_oom_kills_total"),
            (std::map<std::string, double>{{kAppName, 1}}));
}

TEST(OomKills, OneInAContainerThatIsGoneIsThatOfTheOnlyOneThatEnded) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.add_container(kSideId, "side");
  fixture.begin();
  fixture.set_kills(kPod, 1);
  fixture.remove_container(kSideId);
  fixture.turn();
  auto kills = fixture.values("supercargo_container_oom_kills_total");
  EXPECT_EQ(kills[R"(container="side",namespace="shop",pod="web")"], 1);
  EXPECT_EQ(kills[kAppName], 0);
  EXPECT_EQ(fixture.value("supercargo_ended_container_oom_kills"), 1);
}

TEST(OomKills, OneInAContainerWhoseFilesAreGoneFirstIsToldWhenItIsGone) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kSideId, "side");
  fixture.begin();
  fixture.add_container(kAppId);
  fixture.turn();
  fixture.set_kills(kPod, 1);
  fixture.machine.remove_file(container_path(kAppId), "memory.events");
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 1);
  EXPECT_EQ(sum(fixture.values("supercargo_container_oom_kills_total")), 0);
  fixture.remove_container(kAppId);
  fixture.turn();
  auto kills = fixture.values("supercargo_container_oom_kills_total");
  EXPECT_EQ(kills[kAppName], 1);
  EXPECT_EQ(sum(kills), 1);
}

TEST(OomKills, OneBesideAContainerThatNeverTellsIsNobodysInTheEnd) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.begin();
  fixture.machine.remove_file(container_path(kAppId), "memory.events");
  fixture.set_kills(kPod, 1);
  fixture.seconds(20);
  EXPECT_EQ(fixture.values("supercargo_container_oom_kills_total")[kNobody], 1);
}

TEST(OomKills, OneThatTwoMayHaveHadIsNobodys) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.add_container(kSideId, "side");
  fixture.begin();
  fixture.set_kills(kPod, 1);
  fixture.remove_container(kSideId);
  fixture.remove_container(kAppId);
  fixture.turn();
  auto kills = fixture.values("supercargo_container_oom_kills_total");
  EXPECT_EQ(kills[kNobody], 1);
  EXPECT_EQ(sum(kills), 1);
}

TEST(OomKills, OneThatTwoOfANameMayHaveHadIsThatNames) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.begin();
  fixture.add_container(kAppId, "app");
  fixture.add_container(kSideId, "app");
  fixture.turn();
  fixture.set_kills(kPod, 1);
  fixture.remove_container(kAppId);
  fixture.remove_container(kSideId);
  fixture.seconds(20);
  EXPECT_EQ(fixture.values("supercargo_container_oom_kills_total"),
            (std::map<std::string, double>{{kAppName, 1}}));
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 1);
}

TEST(OomKills, OfAContainerThatLivesOnAreCountedWithinASecond) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.begin(/*peaks=*/false);
  for (int kills = 1; kills <= 5; ++kills) {
    for (const std::string& path : {container_path(kAppId), kPod}) {
      fixture.set_kills(path, kills);
    }
    fixture.turn(10);
  }
  fixture.seconds(1);
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 5);
  EXPECT_EQ(fixture.value("supercargo_container_oom_kills_total"), 5);
  fixture.seconds(2);
  fixture.set_kills(kPod, 6);
  fixture.turn(10);
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 6) << "the first after quiet at once";
}

TEST(OomKills, APodThatIsMadeAgainCountsOn) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.begin();
  fixture.set_kills(kPod, 5);
  fixture.turn();
  fixture.machine.remove(kPod);
  fixture.turn();
  fixture.add_pod();
  fixture.turn();
  fixture.set_kills(kPod, 2);
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 7);
}

TEST(OomKills, WithCgroupV1TheyAreThoseThatAreSeenEachSecond) {
  WatchFixture fixture(Version::kV1);
  fixture.add_pod();
  fixture.add_container(kAppId);
  fixture.begin();
  fixture.seconds(1);
  fixture.set_kills(container_path(kAppId), 2);
  fixture.seconds(1);
  fixture.remove_container(kAppId);
  fixture.add_container(kSideId);
  fixture.seconds(1);
  fixture.set_kills(container_path(kSideId), 1);
  fixture.seconds(1);
  EXPECT_EQ(fixture.value("supercargo_pod_oom_kills_total"), 3);
  EXPECT_EQ(fixture.values("supercargo_container_oom_kills_total"),
            (std::map<std::string, double>{{kAppName, 3}}));
}

}  // namespace
}  // namespace supercargo
