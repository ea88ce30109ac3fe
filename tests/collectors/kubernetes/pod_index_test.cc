#include "collectors/kubernetes/pod_index.h"

#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

const std::string kId(64, 'a');
const std::string kOtherId(64, 'b');
const std::string kUid = "0a27611d-ea54-405f-9b1c-0123456789ab";

class PodIndexTest : public ::testing::Test {
 protected:
  PodIndexTest() {
    paths_.root = tree_.root().string();
    tree_.directory("var/log/pods");
    tree_.directory("var/log/containers");
  }

  void add_container(const std::string& container, const std::string& id, int restart = 0) {
    const std::string log =
        "/var/log/pods/shop_web_" + kUid + "/" + container + "/" + std::to_string(restart) + ".log";
    tree_.file(log.substr(1), "");
    tree_.link("var/log/containers/web_shop_" + container + "-" + id + ".log", log);
  }

  // As if the last change of the directories was long ago.
  void age(std::string_view directory, std::int64_t seconds) {
    const timespec then{.tv_sec = seconds, .tv_nsec = 0};
    const std::array<timespec, 2> times{then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path(directory).c_str(), times.data(), 0), 0);
  }

  test::TempTree tree_;
  HostPaths paths_;
};

TEST_F(PodIndexTest, KnowsContainersByIdFromTheirLinks) {
  add_container("app", kId, 3);
  PodIndex index(paths_, "node1");
  EXPECT_TRUE(index.refresh());
  const auto snapshot = index.snapshot();
  const ContainerInfo* info = snapshot->container(kId);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->node, "node1");
  EXPECT_EQ(info->pod_namespace, "shop");
  EXPECT_EQ(info->pod, "web");
  EXPECT_EQ(info->pod_uid, kUid);
  EXPECT_EQ(info->container, "app");
  EXPECT_EQ(info->container_id, kId);
  EXPECT_EQ(info->restart, 3U);
  EXPECT_EQ(snapshot->container(kOtherId), nullptr);
}

TEST_F(PodIndexTest, KnowsPodsByUidFromTheirDirectories) {
  tree_.directory("var/log/pods/shop_web_" + kUid);
  tree_.directory("var/log/pods/kube-system_etcd-n1_1864dd05b5c2f1c2d3e4f5a6b7c8d9e0");
  tree_.directory("var/log/pods/lost+found");
  PodIndex index(paths_, "node1");
  index.refresh();
  const auto snapshot = index.snapshot();
  ASSERT_NE(snapshot->pod(kUid), nullptr);
  EXPECT_EQ(snapshot->pod(kUid)->pod, "web");
  EXPECT_EQ(snapshot->pod("1864dd05b5c2f1c2d3e4f5a6b7c8d9e0")->pod_namespace, "kube-system");
  EXPECT_EQ(snapshot->pods.size(), 2U);
}

TEST_F(PodIndexTest, ReadsNothingWhileTheDirectoriesAreUnchanged) {
  add_container("app", kId);
  age("var/log/pods", 1000);
  age("var/log/containers", 1000);
  PodIndex index(paths_, "node1");
  EXPECT_TRUE(index.refresh());
  const auto before = index.snapshot();
  EXPECT_FALSE(index.refresh());
  EXPECT_EQ(index.snapshot(), before);
  add_container("side", kOtherId);
  EXPECT_TRUE(index.refresh());
  EXPECT_NE(index.snapshot()->container(kOtherId), nullptr);
  EXPECT_NE(index.snapshot()->container(kId), nullptr);
}

TEST_F(PodIndexTest, DoesNotTrustADirectoryThatHasJustChanged) {
  add_container("app", kId);
  age("var/log/pods", 1000);
  PodIndex index(paths_, "node1");
  index.refresh();
  EXPECT_TRUE(index.refresh());
}

TEST_F(PodIndexTest, ForgetsWhatIsGone) {
  add_container("app", kId);
  PodIndex index(paths_, "node1");
  index.refresh();
  tree_.remove("var/log/containers/web_shop_app-" + kId + ".log");
  tree_.remove("var/log/pods/shop_web_" + kUid);
  index.refresh();
  EXPECT_EQ(index.snapshot()->container(kId), nullptr);
  EXPECT_EQ(index.snapshot()->pod(kUid), nullptr);
}

TEST_F(PodIndexTest, FindsAContainerWhoseLinkNameWasCut) {
  const std::string pod(220, 'p');
  const std::string name = (pod + "_shop_app-" + kId).substr(0, 251) + ".log";
  tree_.link("var/log/containers/" + name, "/var/log/pods/shop_" + pod + "_" + kUid + "/app/0.log");
  PodIndex index(paths_, "node1");
  index.refresh();
  const ContainerInfo* info = index.snapshot()->container(kId);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->container, "app");
  EXPECT_EQ(info->pod, pod);
  EXPECT_EQ(index.snapshot()->container(kOtherId), nullptr);
}

TEST_F(PodIndexTest, TakesNamesFromTheLinkAloneWhenItsTargetTellsNothing) {
  tree_.link("var/log/containers/web_shop_app-" + kId + ".log", "/var/lib/docker/x.log");
  tree_.file("var/log/containers/web_shop_side-" + kOtherId + ".log", "no link");
  tree_.file("var/log/containers/junk", "");
  PodIndex index(paths_, "node1");
  index.refresh();
  const auto snapshot = index.snapshot();
  ASSERT_NE(snapshot->container(kId), nullptr);
  EXPECT_EQ(snapshot->container(kId)->pod_uid, "");
  EXPECT_EQ(snapshot->container(kOtherId)->container, "side");
  EXPECT_EQ(snapshot->containers.size(), 2U);
}

TEST_F(PodIndexTest, SaysWhenThereIsNoLogDirectory) {
  tree_.remove("var/log/pods");
  tree_.remove("var/log/containers");
  PodIndex index(paths_, "node1");
  EXPECT_FALSE(index.refresh());
  EXPECT_FALSE(index.snapshot()->has_pods);
  EXPECT_FALSE(index.snapshot()->has_containers);
  tree_.directory("var/log/pods/shop_web_" + kUid);
  EXPECT_TRUE(index.refresh());
  EXPECT_TRUE(index.snapshot()->has_pods);
  tree_.remove("var/log/pods");
  EXPECT_TRUE(index.refresh());
  EXPECT_FALSE(index.snapshot()->has_pods);
  EXPECT_FALSE(index.refresh());
}

TEST_F(PodIndexTest, FollowsAnAbsoluteLinkBelowTheHostsRoot) {
  tree_.remove("var/log/pods");
  tree_.directory("data/pods/shop_web_" + kUid);
  tree_.link("var/log/pods", "/data/pods");
  PodIndex index(paths_, "node1");
  index.refresh();
  EXPECT_NE(index.snapshot()->pod(kUid), nullptr);
}

TEST_F(PodIndexTest, GivesSnapshotsToOtherThreads) {
  add_container("app", kId);
  PodIndex index(paths_, "node1");
  std::size_t seen = 0;
  std::thread reader([&] {
    for (int i = 0; i < 100; ++i) {
      seen += index.snapshot()->containers.size();
    }
  });
  for (int i = 0; i < 100; ++i) {
    index.refresh();
  }
  reader.join();
  EXPECT_LE(seen, 100U);
  EXPECT_EQ(index.snapshot()->containers.size(), 1U);
}

}  // namespace
}  // namespace supercargo
