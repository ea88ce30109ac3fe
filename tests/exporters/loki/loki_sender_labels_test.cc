// What a LokiSender does where Loki takes fewer labels than it has.

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_client.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using test::at_kNow;
using test::Client;
using test::kNow;
using test::LokiFault;
using test::LokiStandIn;
using test::LokiStandInOptions;
using test::part_of;
using test::texts;
using testing::Contains;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

LokiConfig config_for(const LokiStandIn& loki) {
  LokiConfig config = Client::config_for(loki.url());
  config.labels = {"namespace", "container"};
  return config;
}

LokiStandInOptions one_label() {
  LokiStandInOptions options = at_kNow();
  options.limits.max_labels = 1;
  return options;
}

TEST(LokiSenderLabels, AreReadAgainForOthersWithoutAnythingBeingDropped) {
  LokiStandIn loki(one_label());
  Client client(config_for(loki));
  client.append_of("shop", "a line", 1);
  const Outcome refused = client.post();
  EXPECT_EQ(part_of(refused, 1).kind, Kind::kRetry);
  EXPECT_EQ(part_of(refused, 1).hold, Milliseconds(0));
  EXPECT_THAT(client.refused(), UnorderedElementsAre(Pair("labels", 1)));
  client.append_of("shop", "a line", 1);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  ASSERT_EQ(loki.lines().size(), 1U);
  EXPECT_EQ(loki.lines()[0].selector, R"({namespace="shop"})");
  EXPECT_THAT(loki.lines()[0].metadata, Contains(Pair("container", "c1")));
}

// Posts that wait are not sent for nothing.
TEST(LokiSenderLabels, OfWhatWaitsAreChosenAnewBeforeItIsSent) {
  LokiStandIn loki(one_label());
  DeliveryConfig delivery;
  delivery.max_in_flight = 1;
  Client client(config_for(loki), delivery);
  for (std::uint64_t key = 1; key <= 20; ++key) {
    client.append_of("shop", "a line", key);
  }
  const Outcome refused = client.post();
  for (std::uint64_t key = 1; key <= 20; ++key) {
    EXPECT_EQ(part_of(refused, key).kind, Kind::kRetry);
  }
  EXPECT_EQ(loki.counters().requests, 1U);
}

TEST(LokiSenderLabels, ThatAreConfiguredToBeFewAreFewFromTheStart) {
  LokiStandIn loki(one_label());
  LokiConfig config = config_for(loki);
  config.max_labels = 1;
  Client client(config);
  client.append_of("shop", "a line", 1);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_TRUE(client.refused().empty());
  EXPECT_THAT(loki.lines()[0].metadata, Contains(Pair("container", "c1")));
}

// Nobody else orders what several containers have in one stream.
TEST(LokiSenderLabels, ThatAreLeftOutLetNoTwoPostsOfAStreamBeOnTheirWay) {
  LokiStandIn loki(one_label());
  LokiConfig config = config_for(loki);
  config.max_labels = 1;
  Client client(config);
  LokiFault slow;
  slow.delay = Milliseconds(300);
  loki.add_fault(slow);
  client.append_of("shop", "first", 1);
  client.sender().send(1);
  client.append_of("shop", "second", 2);
  client.sender().send(2);
  EXPECT_EQ(client.wait_all().size(), 2U);
  EXPECT_THAT(texts(loki), ElementsAre("first", "second"));
}

TEST(LokiSenderLabels, ThatAreOwnLetPostsBeOnTheirWayTogether) {
  LokiStandIn loki(at_kNow());
  Client client(config_for(loki));
  LokiFault slow;
  slow.delay = Milliseconds(300);
  loki.add_fault(slow);
  client.append_of("shop", "first", 1);
  client.sender().send(1);
  client.append_of("shop", "second", 2);
  client.sender().send(2);
  EXPECT_EQ(client.wait_all().size(), 2U);
  EXPECT_THAT(texts(loki), UnorderedElementsAre("first", "second"));
}

TEST(LokiSenderLabels, OfOneStreamAreChosenAnewAndOthersOfItsPostAreNotSentAgain) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_label_value_bytes = 12;
  LokiStandIn loki(options);
  Client client(config_for(loki));
  client.append_of("shop", "a line", 1);
  client.append_of("a-longer-namespace", "another", 2);
  const Outcome outcome = client.post();
  EXPECT_EQ(part_of(outcome, 1).kind, Kind::kDelivered);
  EXPECT_EQ(part_of(outcome, 2).kind, Kind::kRetry);
  client.append_of("a-longer-namespace", "another", 2);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("a line", "another"));
  EXPECT_EQ(loki.lines()[1].selector, R"({container="c2"})");
  EXPECT_THAT(loki.lines()[1].metadata, Contains(Pair("namespace", "a-longer-namespace")));
}

}  // namespace
}  // namespace supercargo
