#include "collectors/kubernetes/pod_facts.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using State = PodFacts::State;

ApiPod pod(const std::string& name, const std::string& uid, const std::string& hash = {}) {
  ApiPod made;
  made.pod_namespace = "shop";
  made.name = name;
  made.uid = uid;
  made.manifest_hash = hash;
  return made;
}

TEST(PodFactsTest, IsOffUntilSomebodyAsks) {
  PodStore store;
  EXPECT_EQ(store.facts()->state, State::kOff);
  store.start();
  EXPECT_EQ(store.facts()->state, State::kStarting);
}

TEST(PodFactsTest, FindsAPodByTheUidThatPathsHaveAndOnlyUnderItsName) {
  PodStore store;
  store.replace({pod("web", "u1"), pod("api-server", "u2", "1864dd")});
  const auto facts = store.facts();
  EXPECT_EQ(facts->state, State::kKnown);
  ASSERT_NE(facts->find("u1", "shop", "web"), nullptr);
  EXPECT_EQ(facts->find("u1", "shop", "other"), nullptr);
  EXPECT_EQ(facts->find("u1", "other", "web"), nullptr);
  EXPECT_EQ(facts->find("u2", "shop", "api-server"), nullptr);
  EXPECT_NE(facts->find("1864dd", "shop", "api-server"), nullptr);
}

TEST(PodFactsTest, ASnapshotNeverChanges) {
  PodStore store;
  store.replace({pod("web", "u1")});
  const auto before = store.facts();
  store.remove(pod("web", "u1"));
  store.put(pod("new", "u2"));
  EXPECT_EQ(store.facts(), before);  // nothing is visible before publish()
  store.publish();
  EXPECT_NE(before->find("u1", "shop", "web"), nullptr);
  EXPECT_EQ(store.facts()->find("u1", "shop", "web"), nullptr);
  EXPECT_NE(store.facts()->find("u2", "shop", "new"), nullptr);
  const auto after = store.facts();
  store.publish();
  EXPECT_EQ(store.facts(), after);  // nor is anything copied for nothing
}

TEST(PodFactsTest, TheEndOfAnOldMirrorDoesNotTakeTheNewOne) {
  PodStore store;
  store.replace({pod("api-server", "new", "1864dd")});
  store.remove(pod("api-server", "old", "1864dd"));
  store.publish();
  EXPECT_NE(store.facts()->find("1864dd", "shop", "api-server"), nullptr);
}

TEST(PodFactsTest, WhatIsKnownOutlivesTheLossOfThePermission) {
  PodStore store;
  store.turn_off("no permission");
  EXPECT_EQ(store.facts()->why, "no permission");
  store.replace({pod("web", "u1")});
  store.turn_off("no permission");
  EXPECT_EQ(store.facts()->state, State::kKnown);
  EXPECT_EQ(store.facts()->pods.size(), 1);
}

TEST(PodFactsTest, KeepsABoundedNumberOfPods) {
  PodStore store;
  for (std::size_t i = 0; i < kMaxPods + 5; ++i) {
    store.put(pod("web", "u" + std::to_string(i)));
  }
  store.put(pod("renamed", "u0"));  // is there already
  store.publish();
  EXPECT_EQ(store.facts()->pods.size(), kMaxPods);
  EXPECT_NE(store.facts()->find("u0", "shop", "renamed"), nullptr);
  EXPECT_EQ(store.status().too_many, 5);
}

}  // namespace
}  // namespace supercargo
