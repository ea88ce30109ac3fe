#include "collectors/kubernetes/pod_watch.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/kube_api_stand_in.h"
#include "tests/support/kube_pods.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using test::KubeApiOptions;
using test::KubeApiStandIn;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = PodFacts::State;

std::string pod(const std::string& name, const std::string& node, std::size_t filler = 0) {
  nlohmann::json json = nlohmann::json::parse(test::kDeploymentPod);
  json["metadata"]["name"] = name;
  json["metadata"]["uid"] = "uid-" + name;
  json["spec"]["nodeName"] = node;
  json["spec"]["containers"][0]["env"][0]["value"] = std::string(filler, 'x');
  return json.dump();
}

// A server with TLS and a service account as the kubelet mounts it.
class PodWatchTest : public ::testing::Test {
 protected:
  PodWatchTest() {
    const test::TestAuthority::Pem pem = authority_.issue("kube-apiserver", "IP:127.0.0.1");
    tree_.file("server.crt", pem.certificate);
    tree_.file("server.key", pem.key);
    tree_.file("ca.crt", authority_.certificate());
    tree_.file("token", "first-token\n");
    options_.tls.certificate_file = tree_.path("server.crt");
    options_.tls.key_file = tree_.path("server.key");
    options_.token = "first-token";
  }

  void start_server() { server_ = std::make_unique<KubeApiStandIn>(options_); }

  void start_watch() {
    ReflectorOptions reflector;
    reflector.node_name = "node-1";
    reflector.relist_jitter = Milliseconds(20);
    reflector.first_backoff = Milliseconds(20);
    reflector.longest_backoff = Milliseconds(100);
    reflector.denied_backoff = Milliseconds(20);
    Result<std::unique_ptr<PodWatch>> watch = PodWatch::start(
        {server_->url(), tree_.path("token"), tree_.path("ca.crt")}, reflector, store_);
    ASSERT_TRUE(watch);
    watch_ = std::move(*watch);
  }

  // Asked each time the server is; what it waits for must come within half a minute.
  template <class Condition>
  [[nodiscard]] bool comes(const Condition& condition) const {
    const SteadyTime deadline = steady_now() + std::chrono::seconds(30);
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    while (!condition()) {
      if (steady_now() > deadline) {
        return false;
      }
      never.wait_for(lock, Milliseconds(2));
    }
    return true;
  }

  [[nodiscard]] bool knows(const std::string& name) const {
    return store_.facts()->find("uid-" + name, "shop", name) != nullptr;
  }

  test::TestAuthority authority_;
  test::TempTree tree_;
  KubeApiOptions options_;
  PodStore store_;
  std::unique_ptr<KubeApiStandIn> server_;
  std::unique_ptr<PodWatch> watch_;
};

TEST_F(PodWatchTest, KnowsThePodsOfItsNodeAndFollowsThem) {
  start_server();
  server_->put(pod("web", "node-1"));
  server_->put(pod("elsewhere", "node-2"));
  start_watch();
  EXPECT_TRUE(comes([&] { return knows("web"); }));
  server_->put(pod("new", "node-1"));
  EXPECT_TRUE(comes([&] { return knows("new"); }));
  server_->remove("shop", "web");
  EXPECT_TRUE(comes([&] { return !knows("web"); }));
  EXPECT_FALSE(knows("elsewhere"));
  EXPECT_THAT(server_->requests(), ElementsAre("list 0", "watch 102"));
  EXPECT_THAT(server_->violations(), IsEmpty());
  EXPECT_TRUE(store_.status().connected);
}

TEST_F(PodWatchTest, GoesOnFromABookmarkWhenTheWatchEnds) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  server_->put(pod("elsewhere", "node-2"));
  server_->bookmark();
  EXPECT_TRUE(comes([&] {
    return store_.status().events[static_cast<std::size_t>(WatchEvent::Type::kBookmark)] == 1;
  }));
  server_->forget_history();
  server_->put(pod("web", "node-1"));
  EXPECT_TRUE(comes([&] { return knows("web"); }));
  server_->end_watches();
  ASSERT_TRUE(server_->wait_for_requests(3));
  EXPECT_THAT(server_->requests(), ElementsAre("list 0", "watch 100", "watch 104"));
}

TEST_F(PodWatchTest, ListsAnewWhenItsVersionIsForgotten) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  server_->put(pod("elsewhere", "node-2"));
  server_->forget_history();
  server_->end_watches();
  ASSERT_TRUE(server_->wait_for_requests(5));
  EXPECT_THAT(server_->requests(),
              ElementsAre("list 0", "watch 100", "watch 100", "list ", "watch 102"));
  EXPECT_EQ(store_.status().relists["gone"], 1);
}

TEST_F(PodWatchTest, ListsAnewWhenTheOpenWatchIsToldThatItIsGone) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  server_->expire_watches();
  ASSERT_TRUE(server_->wait_for_requests(4));
  EXPECT_THAT(server_->requests(), ElementsAre("list 0", "watch 100", "list ", "watch 100"));
}

TEST_F(PodWatchTest, ListsAnewAfterAnHttpStatus410) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  server_->refuse_next(410);
  server_->end_watches();
  ASSERT_TRUE(server_->wait_for_requests(5));
  EXPECT_EQ(server_->requests()[3], "list ");
}

TEST_F(PodWatchTest, AnEventThatIsCutComesAgain) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  server_->cut_in_next_event();
  server_->put(pod("web", "node-1"));
  EXPECT_TRUE(comes([&] { return knows("web"); }));
  EXPECT_THAT(server_->requests(), ElementsAre("list 0", "watch 100", "watch 100"));
  EXPECT_EQ(store_.status().failures["cut"], 1);
}

TEST_F(PodWatchTest, ReadsTheTokenAgainWhenItIsRenewed) {
  start_server();
  server_->put(pod("web", "node-1"));
  server_->expect_token("second-token");
  start_watch();
  EXPECT_TRUE(comes([&] { return store_.status().failures.contains("unauthorized"); }));
  EXPECT_FALSE(knows("web"));
  tree_.file("token", "second-token");
  EXPECT_TRUE(comes([&] { return knows("web"); }));
}

TEST_F(PodWatchTest, ADeniedAgentSaysSoAndTakesAPermissionThatIsGrantedLater) {
  start_server();
  server_->put(pod("web", "node-1"));
  server_->deny(true);
  start_watch();
  EXPECT_TRUE(comes([&] { return store_.facts()->state == State::kOff; }));
  EXPECT_EQ(store_.facts()->why, "no permission to list and watch pods");
  server_->deny(false);
  EXPECT_TRUE(comes([&] { return knows("web"); }));
}

TEST_F(PodWatchTest, TakesCompressedListsInSmallPieces) {
  options_.gzip_lists = true;
  options_.write_bytes = 11;
  start_server();
  server_->put(pod("web", "node-1"));
  start_watch();
  EXPECT_TRUE(comes([&] { return knows("web"); }));
  server_->put(pod("new", "node-1"));
  EXPECT_TRUE(comes([&] { return knows("new"); }));
}

TEST_F(PodWatchTest, TakesAPodOfMoreThanAMebibyte) {
  start_server();
  server_->put(pod("large", "node-1", std::size_t{2} << 20));
  start_watch();
  EXPECT_TRUE(comes([&] { return knows("large"); }));
}

TEST_F(PodWatchTest, AServerThatIsBusyIsAskedAgain) {
  start_server();
  server_->put(pod("web", "node-1"));
  server_->refuse_next(503);
  server_->refuse_next(500);
  start_watch();
  EXPECT_TRUE(comes([&] { return knows("web"); }));
  EXPECT_EQ(store_.status().failures["status"], 2);
}

TEST_F(PodWatchTest, DoesNotTalkToAServerOfAnotherAuthority) {
  start_server();
  tree_.file("ca.crt", test::TestAuthority().certificate());
  start_watch();
  EXPECT_TRUE(comes([&] { return store_.status().failures.contains("connection"); }));
  EXPECT_THAT(server_->requests(), IsEmpty());
}

TEST_F(PodWatchTest, WithoutTheTokensFileNothingIsSent) {
  start_server();
  tree_.remove("token");
  start_watch();
  EXPECT_TRUE(comes([&] { return store_.status().failures.contains("token"); }));
  EXPECT_THAT(server_->requests(), IsEmpty());
}

TEST_F(PodWatchTest, EndsAtOnceInTheMiddleOfASilentWatch) {
  start_server();
  start_watch();
  ASSERT_TRUE(server_->wait_for_requests(2));
  EXPECT_TRUE(comes([&] { return store_.status().connected; }));
  const SteadyTime before = steady_now();
  watch_.reset();
  EXPECT_LT(steady_now() - before, std::chrono::seconds(5));
}

}  // namespace
}  // namespace supercargo
