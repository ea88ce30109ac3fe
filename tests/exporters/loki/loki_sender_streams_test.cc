// What a LokiSender makes of answers about streams, lines and tenants.

#include <atomic>

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
using test::LokiFault;
using test::LokiLimits;
using test::LokiStandIn;
using test::LokiStandInOptions;
using test::part_of;
using test::texts;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Le;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr std::int64_t kSecond = 1'000'000'000;

// A stand-in whose clock a test moves.
class MovingLoki {
 public:
  explicit MovingLoki(LokiLimits limits = {}) : loki_(options(limits)) {}

  LokiStandIn& operator*() { return loki_; }

  LokiStandIn* operator->() { return &loki_; }

  void pass(Milliseconds time) { now_ns_ += std::chrono::nanoseconds(time).count(); }

 private:
  LokiStandInOptions options(LokiLimits limits) {
    LokiStandInOptions options;
    options.limits = limits;
    options.now_ns = [this] { return now_ns_.load(); };
    return options;
  }

  std::atomic<std::int64_t> now_ns_{kNow};
  LokiStandIn loki_;
};

TEST(LokiSenderStreams, SendsNewStreamsAloneAndThoseThatAreKnownTogether) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  for (std::uint64_t key = 1; key <= 3; ++key) {
    client.append("a line that is long enough", kNow, key);
  }
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().requests, 3U);
  client.pass(seconds(2'000));
  for (std::uint64_t key = 1; key <= 3; ++key) {
    client.append("again alone", kNow, key);
  }
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().requests, 6U) << "they may have been forgotten";
  for (std::uint64_t key = 1; key <= 3; ++key) {
    client.append("short", kNow, key);
  }
  client.pass(seconds(70));
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().requests, 7U);
  EXPECT_EQ(loki.counters().stored_lines, 9U);
}

TEST(LokiSenderStreams, SendsAloneWhatMayBeTooFarBehind) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  client.append("a line of one", kNow, 1);
  client.append("a line of two", kNow, 2);
  (void)client.post();
  client.pass(seconds(70));
  client.append("late", kNow - 7'200 * kSecond, 1);
  client.append("short", kNow, 2);
  const Outcome outcome = client.post();
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("too_far_behind", 5)));
  EXPECT_EQ(loki.counters().lost_silently, 0U);
  EXPECT_EQ(loki.counters().stored_lines, 3U);
}

TEST(LokiSenderStreams, SendsAloneWhatIsMoreThanWasTakenOnceATimeoutCounts) {
  LokiStandIn loki(at_kNow());
  DeliveryConfig delivery;
  delivery.request_timeout = Milliseconds(300);
  Client client(Client::config_for(loki.url()), delivery);
  const auto post_both = [&client] {
    client.append("a line of one", kNow, 1);
    client.append("a line of two", kNow, 2);
    return client.post();
  };
  EXPECT_EQ(post_both().kind, Kind::kDelivered);
  client.pass(seconds(1'200));
  LokiFault slow;
  slow.delay = Milliseconds(2'000);
  loki.add_fault(slow);
  client.append("a line of one", kNow, 1);
  EXPECT_EQ(client.post().kind, Kind::kRetry);
  const std::uint64_t requests = loki.counters().requests;
  EXPECT_EQ(post_both().kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().requests, requests + 2);
}

TEST(LokiSenderStreams, HoldsOnlyTheStreamThatIsOneTooMany) {
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

TEST(LokiSenderStreams, WaitsAsLongAsAStreamsRateNeedsAndThenSlowsDown) {
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

TEST(LokiSenderStreams, KeepsBelowAConfiguredRateFromTheStart) {
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

TEST(LokiSenderStreams, SendsLessAtOnceWhereAPushIsAboveTheBurst) {
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

TEST(LokiSenderStreams, SendsWhatTheRateAllowsInASecondWhereNothingIsTaken) {
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

TEST(LokiSenderStreams, BeginsAsFastAsItsRateAllowsWhenThereIsRoomForTheStreamAtLast) {
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

TEST(LokiSenderStreams, GivesUpALineThatIsAboveTheBurst) {
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

TEST(LokiSenderStreams, CutsLinesThatAreTooLongAndThenBeforehand) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_line_bytes = 100;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append("first");
  client.append(std::string(500, 'x'));
  EXPECT_THAT(dropped(client.post("last")), IsEmpty());
  EXPECT_THAT(texts(loki),
              UnorderedElementsAre(
                  "first", "last", AllOf(StartsWith("xxx"), EndsWith("...[cut by supercargo]"))));
  const std::uint64_t requests = loki.counters().requests;
  EXPECT_EQ(client.post(std::string(600, 'y'), kNow + 1).kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().requests, requests + 1) << "the limit was not learned";
  const test::LokiLine cut = loki.lines().back();
  EXPECT_EQ(cut.line.size(), 100U);
  EXPECT_THAT(cut.metadata, Contains(Pair("supercargo_original_bytes", "600")));
}

TEST(LokiSenderStreams, StripsMetadataThatIsRefusedAndThenBeforehand) {
  LokiStandInOptions options = at_kNow();
  options.limits.allow_metadata = 0;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append("a", kNow, 1, "uid");
  EXPECT_THAT(dropped(client.post()), IsEmpty());
  EXPECT_EQ(loki.counters().requests, 2U);
  client.append("b", kNow, 1, "uid");
  EXPECT_THAT(dropped(client.post()), IsEmpty());
  EXPECT_EQ(loki.counters().requests, 3U);
  EXPECT_THAT(texts(loki), ElementsAre("a", "b"));
}

TEST(LokiSenderStreams, SlowsDownToTheTenantsRate) {
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

TEST(LokiSenderStreams, CountsWhatIsRefusedOfOneStreamOfManyAndRepeatsNothing) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  for (std::uint64_t key = 1; key <= 3; ++key) {
    client.append("a line that is long enough", kNow, key);
  }
  (void)client.post();
  client.pass(seconds(70));
  client.append("good, and longer than others", kNow, 1);
  client.append("of tomorrow", kNow + 86'400 * kSecond, 2);
  client.append("good", kNow, 3);
  const std::uint64_t requests = loki.counters().requests;
  const Outcome outcome = client.post();
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("too_new", 12)));
  EXPECT_EQ(part_of(outcome, 2).refused.size(), 1U);
  EXPECT_EQ(loki.counters().requests, requests + 2) << "a scout, and those behind it";
  EXPECT_EQ(loki.counters().stored_lines, 5U);
  EXPECT_EQ(loki.counters().duplicate_lines, 0U);
  EXPECT_EQ(loki.counters().lost_silently, 0U);
}

TEST(LokiSenderStreams, AsksOfABlockedTenantOnceAMinuteForClocksMayDiffer) {
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

TEST(LokiSenderStreams, FindsTheLineForWhichLokiHasNoSchema) {
  LokiStandInOptions options = at_kNow();
  options.limits.schema_start_s = 1'600'000'000;
  options.limits.max_age_s = 2'000'000'000;
  options.limits.max_behind_s = 2'000'000'000;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append("of 1970", 5 * kSecond);
  for (int i = 0; i < 10; ++i) {
    client.append("good " + std::to_string(i), kNow + i);
  }
  const Outcome outcome = client.post();
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("no_schema", 8)));
  EXPECT_EQ(loki.counters().stored_lines, 10U);
}

// A proxy that damages what goes through it, or speaks for a Loki that is not behind it.
TEST(LokiSenderStreams, GivesNothingUpForWordsThatAreNotLokis) {
  for (const char* text : {"snappy: corrupt input", "unexpected EOF", "Bad Request"}) {
    LokiStandIn loki(at_kNow());
    Client client(loki.url());
    LokiFault fault;
    fault.status = 400;
    fault.text = text;
    loki.add_fault(fault, 30);
    for (int i = 0; i < 30; ++i) {
      client.append("a", kNow, 1);
      client.append("b", kNow, 1);
      client.append("c", kNow, 2);
      const Outcome outcome = client.post();
      EXPECT_THAT(dropped(outcome), IsEmpty()) << text;
      client.pass(seconds(60));
    }
    loki.lift_faults();
    client.append("a", kNow, 1);
    EXPECT_THAT(dropped(client.post()), IsEmpty()) << text;
  }
}

TEST(LokiSenderStreams, GivesNothingUpWhileAllFails) {
  LokiStandIn loki(at_kNow());
  LokiFault fault;
  fault.status = 500;
  loki.add_fault(fault, 1'000);
  Client client(loki.url());
  for (int i = 0; i < 20; ++i) {
    client.append("a", kNow, 1);
    client.append("b", kNow, 2);
    const Outcome outcome = client.post();
    EXPECT_EQ(outcome.kind, Kind::kRetry);
    EXPECT_EQ(outcome.reason, "http_500");
    client.pass(seconds(60));
  }
}

}  // namespace
}  // namespace supercargo
