#include "collectors/kubernetes/stored_facts.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

const std::string kId(64, 'a');
const std::string kUid = "0a27611d-ea54-405f-9b1c-0123456789ab";

ApiPod web_pod(std::uint64_t restart, const std::string& id = kId) {
  ApiPod pod;
  pod.uid = kUid;
  pod.pod_namespace = "shop";
  pod.name = "web";
  pod.workload = {"Deployment", "web"};
  pod.labels = {{"app.kubernetes.io/name", "web"}};
  ApiContainer& container = pod.container_named("app");
  container.spec_image = "nginx";
  container.status_image = "docker.io/library/nginx:1.27";
  container.id = id;
  container.restart = restart;
  return pod;
}

class StoredFactsTest : public ::testing::Test {
 protected:
  StoredFactsTest() {
    host_.root = tree_.root().string();
    tree_.directory("var/log/pods");
  }

  void add_link(const std::string& id, int restart) {
    const std::string log =
        "/var/log/pods/shop_web_" + kUid + "/app/" + std::to_string(restart) + ".log";
    tree_.link("var/log/containers/web_shop_app-" + id + ".log", log);
  }

  static ContainerInfo container(std::uint32_t restart = 0) {
    ContainerInfo info;
    info.pod_namespace = "shop";
    info.pod = "web";
    info.pod_uid = kUid;
    info.container = "app";
    info.restart = restart;
    return info;
  }

  StoredFacts& facts() {
    if (!facts_) {
      facts_.emplace(store_, host_, "/var/log", [this] { return now_; });
    }
    return *facts_;
  }

  test::TempTree tree_;
  HostPaths host_;
  SteadyTime now_{std::chrono::hours(1)};
  std::shared_ptr<PodStore> store_ = std::make_shared<PodStore>();
  std::optional<StoredFacts> facts_;
};

TEST_F(StoredFactsTest, AreCompleteAndEmptyWhereNobodyKnowsAny) {
  const FactSource::Answer answer = facts().find(container());
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.facts, ContainerFacts{});
  store_->start();
  EXPECT_TRUE(facts().find({}).complete) << "of no pod";
}

TEST_F(StoredFactsTest, TellTheIdOfEachRunByItsLink) {
  add_link(kId, 0);
  add_link(std::string(64, 'b'), 1);
  EXPECT_EQ(facts().find(container(0)).facts.container_id, kId);
  EXPECT_EQ(facts().find(container(1)).facts.container_id, std::string(64, 'b'));
  const FactSource::Answer none = facts().find(container(2));
  EXPECT_EQ(none.facts.container_id, "");
  EXPECT_FALSE(none.complete) << "its link comes after its first line";
  ContainerInfo docker = container(2);
  docker.container_id = "c0ffee";
  EXPECT_TRUE(facts().find(docker).complete);
}

TEST_F(StoredFactsTest, LookAtTheLinksAgainAfterASecond) {
  add_link(std::string(64, 'c'), 7);
  EXPECT_EQ(facts().find(container()).facts.container_id, "");
  add_link(kId, 0);
  now_ += StoredFacts::kLookInterval - Milliseconds(1);
  EXPECT_EQ(facts().find(container()).facts.container_id, "");
  now_ += Milliseconds(1);
  EXPECT_EQ(facts().find(container()).facts.container_id, kId);
}

TEST_F(StoredFactsTest, TellWhatTheApiServerTold) {
  store_->start();
  EXPECT_FALSE(facts().find(container()).complete);
  store_->replace({web_pod(0)});
  const FactSource::Answer answer = facts().find(container());
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.facts.image, "docker.io/library/nginx:1.27");
  EXPECT_EQ(answer.facts.workload_kind, "Deployment");
  EXPECT_EQ(answer.facts.workload, "web");
  EXPECT_EQ(answer.facts.pod_labels.at("label_app_kubernetes_io_name"), "web");
}

TEST_F(StoredFactsTest, HaveNoImageFromTheRunBefore) {
  store_->start();
  store_->replace({web_pod(1)});
  const FactSource::Answer newer = facts().find(container(2));
  EXPECT_EQ(newer.facts.image, "");
  EXPECT_FALSE(newer.complete);
  EXPECT_NE(facts().find(container(1)).facts.image, "");
  EXPECT_NE(facts().find(container(0)).facts.image, "");
}

TEST_F(StoredFactsTest, HaveNoImageBeforeTheContainerHasStarted) {
  store_->start();
  store_->replace({web_pod(0, "")});
  EXPECT_EQ(facts().find(container()).facts.image, "");
  EXPECT_FALSE(facts().find(container()).complete);
  ContainerInfo other = container();
  other.container = "sidecar";
  EXPECT_FALSE(facts().find(other).complete);
}

TEST_F(StoredFactsTest, AreNotThoseOfAPodThatBorrowsAUid) {
  store_->start();
  store_->replace({web_pod(0)});
  ContainerInfo other = container();
  other.pod = "not-web";
  EXPECT_EQ(facts().find(other).facts, ContainerFacts{});
  EXPECT_FALSE(facts().find(other).complete);
}

}  // namespace
}  // namespace supercargo
