#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_client.h"
#include "tests/support/fake_facts.h"
#include "tests/support/loki_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::at_kNow;
using test::Client;
using test::image_fact;
using test::kNow;
using test::LokiStandIn;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::Pair;

class LokiSenderFacts : public testing::Test {
 protected:
  std::unique_ptr<Client> start() {
    SenderInputs inputs;
    inputs.facts = source_;
    inputs.facts_file = tree_.path("loki/facts");
    return std::make_unique<Client>(
        Client::config_for(loki_.url()), DeliveryConfig{}, std::move(inputs));
  }

  void send(Client& client, const std::vector<std::int64_t>& times) {
    for (const std::int64_t time : times) {
      client.append(std::to_string(time - kNow), time, 1, "0a1b");
    }
    EXPECT_EQ(client.post().kind, Outcome::Kind::kDelivered);
  }

  test::TempTree tree_;
  LokiStandIn loki_{at_kNow()};
  std::shared_ptr<test::FakeFacts> source_ = std::make_shared<test::FakeFacts>();
};

TEST_F(LokiSenderFacts, StandWithTheLinesThatWereWrittenAfterTheyBecameKnown) {
  source_->set("c1", {{}, false});
  const auto client = start();
  send(*client, {kNow});
  source_->set("c1", {image_fact("nginx"), true});
  send(*client, {kNow + 1});
  const auto lines = loki_.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0].metadata, Not(Contains(Pair("image", "nginx"))));
  EXPECT_THAT(lines[1].metadata, Contains(Pair("image", "nginx")));
  EXPECT_EQ(lines[0].labels, lines[1].labels);
}

// Else a query would return it twice.
TEST_F(LokiSenderFacts, AreTheSameWhenALineIsSentAgainAfterAKill) {
  source_->set("c1", {{}, false});
  send(*start(), {kNow});
  source_->set("c1", {image_fact("nginx"), true});
  send(*start(), {kNow});
  EXPECT_EQ(loki_.lines().size(), 1U) << "what came meanwhile is not for what may have been sent";
}

TEST_F(LokiSenderFacts, AreTheSameWhileTheApiServerIsNotReachedAfterAKill) {
  source_->set("c1", {image_fact("nginx"), true});
  send(*start(), {kNow});
  source_->set("c1", {{}, false});
  send(*start(), {kNow});
  const auto lines = loki_.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0].metadata, Contains(Pair("image", "nginx")));
}

ContainerFacts pod_facts() {
  ContainerFacts facts;
  facts.workload = "web";
  facts.pod_labels = {{"label_app_kubernetes_io_name", "nginx"}};
  return facts;
}

// Labels that are made of facts.
class LokiSenderFactLabels : public LokiSenderFacts {
 protected:
  std::unique_ptr<Client> start() {
    LokiConfig config = Client::config_for(loki_.url());
    config.labels = {"container", "workload"};
    config.pod_labels = {{"app.kubernetes.io/name", "app"}};
    SenderInputs inputs;
    inputs.facts = source_;
    inputs.facts_file = tree_.path("loki/facts");
    return std::make_unique<Client>(config, DeliveryConfig{}, std::move(inputs));
  }

  std::set<std::string> selectors() {
    std::set<std::string> all;
    for (const auto& line : loki_.lines()) {
      all.insert(line.selector);
    }
    return all;
  }
};

TEST_F(LokiSenderFactLabels, AreWhatWasKnownByTheFirstLine) {
  source_->set("c1", {pod_facts(), true});
  send(*start(), {kNow});
  EXPECT_THAT(selectors(), ElementsAre(R"({app="nginx",container="c1",workload="web"})"));
}

TEST_F(LokiSenderFactLabels, StayAsTheyWereWhateverIsLearnedLaterAndAfterARestart) {
  source_->set("c1", {{}, false, false});
  const auto client = start();
  send(*client, {kNow});
  source_->set("c1", {pod_facts(), true});
  send(*client, {kNow + 1});
  send(*start(), {kNow + 2});
  EXPECT_THAT(selectors(), ElementsAre(R"({container="c1"})"));
}

TEST_F(LokiSenderFactLabels, StayWithoutWhereTheApiServerWasNotAskedInTheLifeBefore) {
  source_->set("c1", {{}, true, true});
  send(*start(), {kNow});
  source_->set("c1", {pod_facts(), true});
  send(*start(), {kNow});
  EXPECT_EQ(loki_.lines().size(), 1U);
}

TEST_F(LokiSenderFactLabels, AreTheSameWhileTheApiServerIsNotReachedAfterAKill) {
  source_->set("c1", {pod_facts(), true});
  send(*start(), {kNow});
  source_->set("c1", {{}, false, false});
  send(*start(), {kNow});
  EXPECT_EQ(loki_.lines().size(), 1U);
}

TEST_F(LokiSenderFactLabels, CountAmongThoseThatLokiTakes) {
  test::LokiLimits limits;
  limits.max_labels = 2;
  loki_.set_limits(limits);
  source_->set("c1", {pod_facts(), true});
  const auto client = start();
  client->append("x", kNow, 1, "0a1b");
  (void)client->post();
  send(*client, {kNow});
  EXPECT_THAT(selectors(), ElementsAre(R"({container="c1",workload="web"})"));
  EXPECT_THAT(loki_.lines()[0].metadata, Contains(Pair("app", "nginx")));
}

}  // namespace
}  // namespace supercargo
