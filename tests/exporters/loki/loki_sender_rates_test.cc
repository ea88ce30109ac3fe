// How long a LokiSender waits for rates and limits, and what it gives up for them.

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_client.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using std::chrono::seconds;
using test::at_kNow;
using test::Client;
using test::dropped;
using test::kNow;
using test::LokiLimits;
using test::LokiStandIn;
using test::LokiStandInOptions;
using test::MovingLoki;
using test::part_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(LokiSenderRates, HoldsOnlyTheStreamThatIsOneTooMany) {
  LokiLimits limits;
  limits.max_streams = 1;
  MovingLoki loki(limits);
  Client client(loki->url());
  client.append("one", kNow, 1);
  client.append("two", kNow, 2);
  const Outcome outcome = client.post();
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  const bool first = part_of(outcome, 1).kind == Kind::kDelivered;
  const Outcome::Part waits = part_of(outcome, first ? 2 : 1);
  EXPECT_EQ(waits.kind, Kind::kRetry);
  EXPECT_EQ(waits.reason, "stream_limit");
  EXPECT_GE(waits.hold, seconds(5));
  EXPECT_EQ(part_of(outcome, first ? 1 : 2).kind, Kind::kDelivered);
  EXPECT_EQ(loki->counters().lost_silently, 0U);
}

TEST(LokiSenderRates, WaitsAsLongAsAStreamsRateNeedsAndThenSlowsDown) {
  LokiLimits limits;
  limits.stream_rate = 1'000;
  limits.stream_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  EXPECT_EQ(client.post(std::string(2'900, 'a')).kind, Kind::kDelivered);
  client.append("other", kNow, 2);
  const Outcome refused = client.post(std::string(2'000, 'b'));
  EXPECT_EQ(refused.kind, Kind::kDelivered);
  EXPECT_EQ(part_of(refused, 2).kind, Kind::kDelivered);
  const Outcome::Part waits = part_of(refused, 1);
  EXPECT_EQ(waits.kind, Kind::kRetry);
  EXPECT_EQ(waits.reason, "stream_rate");
  EXPECT_GE(waits.hold, Milliseconds(1'600));
  EXPECT_LE(waits.hold, seconds(4));
  EXPECT_EQ(waits.max_bytes, 0U);
  loki.pass(waits.hold);
  client.pass(waits.hold);
  const Outcome taken = client.post(std::string(2'000, 'b'));
  EXPECT_EQ(part_of(taken, 1).kind, Kind::kDelivered);
  EXPECT_GE(part_of(taken, 1).hold, seconds(2)) << "the rate is known now";
  EXPECT_EQ(loki->counters().stored_lines, 3U);
}

TEST(LokiSenderRates, KeepsBelowAConfiguredRateFromTheStart) {
  LokiStandIn loki(at_kNow());
  LokiConfig config = Client::config_for(loki.url());
  config.stream_bytes_per_second = 1'000;
  Client client(config);
  client.append("short", kNow, 2);
  const Outcome outcome = client.post(std::string(1'800, 'a'));
  EXPECT_EQ(part_of(outcome, 1).kind, Kind::kDelivered);
  EXPECT_EQ(part_of(outcome, 1).hold, seconds(2));
  EXPECT_LT(part_of(outcome, 2).hold, seconds(1));
}

TEST(LokiSenderRates, TriesMoreAgainSinceNobodySaysWhenALimitIsRaised) {
  LokiLimits limits;
  limits.stream_rate = 1'000;
  limits.stream_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  EXPECT_EQ(client.post(std::string(2'900, 'a')).kind, Kind::kDelivered);
  EXPECT_EQ(part_of(client.post(std::string(2'000, 'b')), 1).kind, Kind::kRetry);
  loki->set_limits({});
  EXPECT_GE(part_of(client.post(std::string(2'000, 'b')), 1).hold, seconds(2));
  client.pass(seconds(16));
  EXPECT_LE(part_of(client.post(std::string(2'000, 'c')), 1).hold, Milliseconds(1'200));
  client.pass(seconds(150));
  EXPECT_LE(part_of(client.post(std::string(2'000, 'd')), 1).hold, Milliseconds(10));
}

TEST(LokiSenderRates, SendsLessAtOnceWhereAPushIsAboveTheBurst) {
  LokiLimits limits;
  limits.stream_rate = 1'000;
  limits.stream_burst = 9'000;
  limits.whole_stream = 0;
  MovingLoki loki(limits);
  Client client(loki->url());
  client.append(std::string(8'000, 'a'));
  const Outcome::Part waits = part_of(client.post(std::string(9'000, 'b')), 1);
  EXPECT_EQ(waits.kind, Kind::kRetry);
  EXPECT_EQ(waits.max_bytes, 8'501U) << "the half that was taken";
  EXPECT_LE(waits.hold, seconds(13)) << "what that needs";
}

TEST(LokiSenderRates, SendsWhatTheRateAllowsInASecondWhereNothingIsTaken) {
  LokiLimits limits;
  limits.stream_rate = 5'000;
  limits.stream_burst = 9'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  client.append(std::string(9'000, 'a'));
  const Outcome::Part waits = part_of(client.post(std::string(9'000, 'b')), 1);
  EXPECT_EQ(waits.kind, Kind::kRetry);
  EXPECT_EQ(waits.max_bytes, 5'000U);
  EXPECT_LE(waits.hold, Milliseconds(1'500));
}

TEST(LokiSenderRates, BeginsAsFastAsItsRateAllowsWhenThereIsRoomForTheStreamAtLast) {
  LokiLimits limits;
  limits.max_streams = 1;
  MovingLoki loki(limits);
  Client client(loki->url());
  EXPECT_EQ(client.post("the only one").kind, Kind::kDelivered);
  const auto post_other = [&] {
    client.append(std::string(9'000, 'a'), kNow, 2);
    client.append(std::string(9'000, 'b'), kNow, 2);
    return part_of(client.post(), 2);
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(post_other().reason, "stream_limit");
  }
  limits.max_streams = 2;
  limits.stream_rate = 5'000;
  limits.stream_burst = 9'000;
  loki->set_limits(limits);
  const Outcome::Part waits = post_other();
  EXPECT_EQ(waits.reason, "stream_rate");
  EXPECT_LE(waits.hold, Milliseconds(1'500));
}

TEST(LokiSenderRates, GivesUpALineThatIsAboveTheBurst) {
  LokiLimits limits;
  limits.stream_rate = 1'000;
  limits.stream_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  EXPECT_EQ(client.post("small").kind, Kind::kDelivered);
  Outcome outcome;
  const auto tries_of = [&](std::size_t bytes) {
    int tries = 0;
    do {
      outcome = client.post(std::string(bytes, 'b'));
      loki.pass(seconds(60));
      client.pass(seconds(60));
    } while (part_of(outcome, 1).kind == Kind::kRetry && ++tries < 20);
    return tries;
  };
  EXPECT_GE(tries_of(5'000), 5);
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("stream_rate", 5'001)));
  EXPECT_EQ(client.post("small again").kind, Kind::kDelivered);
  EXPECT_EQ(tries_of(6'000), 2) << "another that large needs no proof of its own";
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("stream_rate", 6'001)));
  EXPECT_EQ(client.post("and again").kind, Kind::kDelivered);
  EXPECT_GE(tries_of(4'000), 5) << "a smaller one does";
}

TEST(LokiSenderRates, GivesUpTheFirstLineOfAStreamThatIsAboveTheBurst) {
  LokiLimits limits;
  limits.stream_rate = 1'000;
  limits.stream_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  Outcome outcome;
  for (int tries = 0; tries < 20 && dropped(outcome).empty(); ++tries) {
    outcome = client.post(std::string(5'000, 'b'));
    loki.pass(seconds(60));
    client.pass(seconds(60));
  }
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("stream_rate", 5'001)));
  EXPECT_EQ(client.post("small").kind, Kind::kDelivered);
}

TEST(LokiSenderRates, WaitsWithAFirstLineThatTheRateHasRoomFor) {
  LokiLimits limits;
  limits.stream_rate = 10'000;
  limits.stream_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  for (int tries = 0; tries < 20; ++tries) {
    EXPECT_EQ(part_of(client.post(std::string(5'000, 'b')), 1).kind, Kind::kRetry);
    loki.pass(seconds(60));
    client.pass(seconds(60));
  }
}

TEST(LokiSenderRates, SlowsDownToTheTenantsRate) {
  LokiLimits limits;
  limits.ingestion_rate = 1'000;
  limits.ingestion_burst = 3'000;
  MovingLoki loki(limits);
  Client client(loki->url());
  EXPECT_EQ(client.post(std::string(2'500, 'a')).kind, Kind::kDelivered);
  const Outcome refused = client.post(std::string(2'000, 'b'));
  EXPECT_EQ(refused.kind, Kind::kRetry);
  EXPECT_EQ(refused.reason, "tenant_rate");
  EXPECT_GE(refused.retry_after, Milliseconds(1'600));
  // Before that time nothing is sent.
  const std::uint64_t requests = loki->counters().requests;
  EXPECT_EQ(client.post(std::string(2'000, 'b')).kind, Kind::kRetry);
  EXPECT_EQ(loki->counters().requests, requests);
  loki.pass(seconds(5));
  client.pass(seconds(5));
  EXPECT_EQ(client.post(std::string(2'000, 'b')).kind, Kind::kDelivered);
  // The next one waits within the sender until its time has come.
  client.append("c");
  client.sender().send(100);
  EXPECT_FALSE(client.sender().ready());
  std::vector<Outcome> outcomes;
  client.sender().wait(-1, Milliseconds(0), outcomes);
  EXPECT_THAT(outcomes, IsEmpty());
  client.pass(seconds(3));
  loki.pass(seconds(3));
  EXPECT_THAT(client.wait_all(), testing::SizeIs(1));
  EXPECT_EQ(loki->counters().stored_lines, 3U);
}

TEST(LokiSenderRates, AsksOfABlockedTenantOnceAMinuteForClocksMayDiffer) {
  LokiStandInOptions options;
  options.limits.blocked_until_s =
      static_cast<std::uint64_t>(unix_nanoseconds_now() / kSecond) + 100;
  LokiStandIn loki(options);
  Client client(loki.url());
  const Outcome outcome = client.post("a", unix_nanoseconds_now());
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "ingestion_blocked");
  EXPECT_GE(outcome.retry_after, seconds(45));
  EXPECT_LE(outcome.retry_after, seconds(75));
}

}  // namespace
}  // namespace supercargo
