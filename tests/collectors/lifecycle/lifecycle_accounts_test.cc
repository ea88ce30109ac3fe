#include "collectors/lifecycle/lifecycle_accounts.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const ContainerName kApp{"shop", "web", "app"};

LifecycleSnapshot shown(const LifecycleAccounts& accounts) {
  LifecycleSnapshot snapshot;
  accounts.show(snapshot);
  return snapshot;
}

TEST(LifecycleAccounts, AKnownNameCountsFromZero) {
  LifecycleAccounts accounts;
  accounts.add(kApp);
  const LifecycleSnapshot snapshot = shown(accounts);
  ASSERT_EQ(snapshot.counts.size(), 1U);
  EXPECT_EQ(*snapshot.counts[0].labels, R"(container="app",namespace="shop",pod="web")");
  EXPECT_EQ(snapshot.counts[0].starts, 0U);
}

TEST(LifecycleAccounts, ANameThatComesBackInTimeGoesOn) {
  LifecycleAccounts accounts;
  accounts.started(kApp);
  accounts.forget({}, 1);
  accounts.forget({kApp}, kKeepEndedNs);
  accounts.forget({}, 3 * kKeepEndedNs);
  EXPECT_EQ(shown(accounts).counts.size(), 1U);
  accounts.forget({}, 4 * kKeepEndedNs + 1);
  EXPECT_TRUE(shown(accounts).counts.empty());
}

TEST(LifecycleAccounts, APodThatIsThereKeepsTheNamesOfItsContainers) {
  LifecycleAccounts accounts;
  accounts.started(kApp);
  accounts.forget({{kApp.pod_namespace, kApp.pod, {}}}, 9 * kKeepEndedNs);
  accounts.forget({{kApp.pod_namespace, kApp.pod, {}}}, 18 * kKeepEndedNs);
  EXPECT_EQ(shown(accounts).counts.size(), 1U);
}

TEST(LifecycleAccounts, ManyEndedContainersAreBounded) {
  LifecycleAccounts accounts;
  for (std::size_t i = 0; i < kMaxEnded + 3; ++i) {
    accounts.ended(kApp, "id" + std::to_string(i), 1, {});
  }
  const LifecycleSnapshot snapshot = shown(accounts);
  EXPECT_EQ(snapshot.ended.size(), kMaxEnded);
  EXPECT_EQ(snapshot.ended_left_out, 3U);
  EXPECT_EQ(snapshot.counts[0].exits, kMaxEnded + 3);
}

}  // namespace
}  // namespace supercargo
