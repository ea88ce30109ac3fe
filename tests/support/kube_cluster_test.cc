#include "tests/support/kube_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

using Kind = KubeCluster::Step::Kind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string pod(const std::string& name, const std::string& node) {
  return R"({"metadata":{"namespace":"n","name":")" + name + R"("},"spec":{"nodeName":")" + node +
         "\"}}";
}

TEST(KubeClusterTest, ListsThePodsOfOneNodeAtAVersion) {
  KubeCluster cluster;
  cluster.put(pod("a", "x"));
  cluster.put(pod("b", "y"));
  EXPECT_THAT(
      cluster.list("x"),
      AllOf(
          HasSubstr(R"("resourceVersion":"102"},)"), HasSubstr("\"a\""), Not(HasSubstr("\"b\""))));
}

TEST(KubeClusterTest, TellsAWatcherWhatCameBehindItsVersion) {
  KubeCluster cluster;
  cluster.put(pod("a", "x"));
  KubeCluster::Watcher watcher = cluster.begin_watch("x", 101);
  cluster.put(pod("b", "y"));
  cluster.put(pod("a", "x"));
  cluster.bookmark();
  cluster.remove("n", "a");
  for (const char* expected : {"MODIFIED", "BOOKMARK", "DELETED"}) {
    const KubeCluster::Step step = cluster.next(watcher);
    EXPECT_EQ(step.kind, Kind::kEvent);
    EXPECT_THAT(step.line, HasSubstr(expected));
  }
}

TEST(KubeClusterTest, WhoComesFromBeforeTheHistoryIsToldSo) {
  KubeCluster cluster;
  cluster.forget_history();
  KubeCluster::Watcher late = cluster.begin_watch("x", 100);
  KubeCluster::Watcher good = cluster.begin_watch("x", 101);
  EXPECT_EQ(cluster.next(late).kind, Kind::kGone);
  cluster.end_round(/*expired=*/false);
  EXPECT_EQ(cluster.next(good).kind, Kind::kEnd);
}

TEST(KubeClusterTest, EndsTheWatchesOfARound) {
  KubeCluster cluster;
  KubeCluster::Watcher watcher = cluster.begin_watch("x", 100);
  cluster.end_round(/*expired=*/true);
  EXPECT_EQ(cluster.next(watcher).kind, Kind::kGone);
  KubeCluster::Watcher next = cluster.begin_watch("x", 100);
  cluster.stop();
  EXPECT_EQ(cluster.next(next).kind, Kind::kStopped);
}

}  // namespace
}  // namespace supercargo::test
