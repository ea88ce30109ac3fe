#include "collectors/kubernetes/workload.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::int64_t kCreated = 1'795'305'600;  // 2026-11-22T00:00:00Z, minute 29921760

ObjectName workload(const std::string& kind, const std::string& name) {
  return workload_of({{kind, name}, "5d4f8c7b9", {}, kCreated}, "the-pod");
}

TEST(WorkloadTest, TakesTheTemplateHashOffAReplicaSetsName) {
  EXPECT_EQ(workload("ReplicaSet", "web-5d4f8c7b9"), (ObjectName{"Deployment", "web"}));
  EXPECT_EQ(workload("ReplicaSet", "web-shop-5d4f8c7b9"), (ObjectName{"Deployment", "web-shop"}));
}

TEST(WorkloadTest, LeavesAReplicaSetThatNoDeploymentMade) {
  EXPECT_EQ(workload("ReplicaSet", "web"), (ObjectName{"ReplicaSet", "web"}));
  EXPECT_EQ(workload("ReplicaSet", "web-1234"), (ObjectName{"ReplicaSet", "web-1234"}));
  EXPECT_EQ(workload("ReplicaSet", "5d4f8c7b9"), (ObjectName{"ReplicaSet", "5d4f8c7b9"}));
  EXPECT_EQ(workload("ReplicaSet", "-5d4f8c7b9"), (ObjectName{"ReplicaSet", "-5d4f8c7b9"}));
  EXPECT_EQ(workload_of({{"ReplicaSet", "web-"}, {}, {}, kCreated}, "p"),
            (ObjectName{"ReplicaSet", "web-"}));
}

TEST(WorkloadTest, KnowsArgoRollouts) {
  EXPECT_EQ(workload_of({{"ReplicaSet", "web-6c9"}, {}, "6c9", kCreated}, "p"),
            (ObjectName{"Rollout", "web"}));
}

TEST(WorkloadTest, FindsTheCronJobOfAJobThatIsNamedByItsMinute) {
  EXPECT_EQ(workload("Job", "backup-29921760"), (ObjectName{"CronJob", "backup"}));
  EXPECT_EQ(workload("Job", "backup-daily-29920320"), (ObjectName{"CronJob", "backup-daily"}));
}

TEST(WorkloadTest, LeavesAJobWhoseNumberIsNoMinuteOfItsTime) {
  EXPECT_EQ(workload("Job", "migrate-20261122"), (ObjectName{"Job", "migrate-20261122"}));
  EXPECT_EQ(workload("Job", "build-29931760"), (ObjectName{"Job", "build-29931760"}));
  EXPECT_EQ(workload("Job", "migrate"), (ObjectName{"Job", "migrate"}));
  EXPECT_EQ(workload("Job", "-29921760"), (ObjectName{"Job", "-29921760"}));
  EXPECT_EQ(workload_of({{"Job", "backup-29921760"}, {}, {}, 0}, "p"),
            (ObjectName{"Job", "backup-29921760"}));
}

TEST(WorkloadTest, KeepsOtherOwners) {
  EXPECT_EQ(workload("DaemonSet", "agent"), (ObjectName{"DaemonSet", "agent"}));
  EXPECT_EQ(workload("StatefulSet", "db-5d4f8c7b9"), (ObjectName{"StatefulSet", "db-5d4f8c7b9"}));
}

TEST(WorkloadTest, APodOfNobodyIsItsOwn) {
  EXPECT_EQ(workload("", ""), (ObjectName{"Pod", "the-pod"}));
  EXPECT_EQ(workload("Node", "node-1"), (ObjectName{"Pod", "the-pod"}));
}

TEST(ApiTimeTest, ReadsWhatTheApiWrites) {
  EXPECT_EQ(parse_api_time("1970-01-01T00:00:01Z"), 1);
  EXPECT_EQ(parse_api_time("2026-11-22T00:00:00Z"), kCreated);
  EXPECT_EQ(parse_api_time("2024-02-29T23:59:60Z"), 1'709'251'200);
}

TEST(ApiTimeTest, RefusesAnythingElse) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T00:00:00+00:00",
                           "2026-02-30T00:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T00:60:00Z",
                           "2026-11-22T00:00:61Z",
                           "2026-11-22 00:00:00Z",
                           "x026-11-22T00:00:00Z"}) {
    EXPECT_FALSE(parse_api_time(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo
