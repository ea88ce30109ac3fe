// What a LokiSender makes of answers about streams, lines and tenants.

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
using test::MovingLoki;
using test::part_of;
using test::texts;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr std::int64_t kSecond = 1'000'000'000;

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
  client.pass(seconds(20));
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

TEST(LokiSenderStreams, CutsALineAndLeavesItsMetadataOutWhereBothAreRefused) {
  LokiStandInOptions options = at_kNow();
  options.limits.allow_metadata = 0;
  options.limits.max_line_bytes = 40;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append("short", kNow, 1, "uid");
  client.append(std::string(100, 'x'), kNow + 1, 1, "uid");
  EXPECT_THAT(dropped(client.post()), IsEmpty());
  EXPECT_EQ(loki.counters().requests, 2U);
  EXPECT_EQ(loki.counters().stored_lines, 2U);
}

TEST(LokiSenderStreams, LeavesOutTheMarkOfACutLineAloneWhereThatIsOneTooMany) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_metadata_entries = 2;
  options.limits.max_line_bytes = 40;
  LokiStandIn loki(options);
  Client client(loki.url());
  for (int i = 0; i < 2; ++i) {
    client.append("short", kNow + i, 1, "uid");
    client.append(std::string(100, 'x'), kNow + 10 + i, 1, "uid");
    EXPECT_THAT(dropped(client.post()), IsEmpty());
  }
  EXPECT_EQ(loki.counters().requests, 4U) << "two of them to learn both limits";
  for (const auto& line : loki.lines()) {
    EXPECT_EQ(line.metadata.size(), 2U) << line.line;
  }
  EXPECT_EQ(loki.counters().stored_lines, 4U);
}

TEST(LokiSenderStreams, CountsWhatLokiRefusesAsLokiDoesAlsoWhenItIsSentAgain) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_line_bytes = 40;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append(std::string(100, 'x'), kNow, 1);
  EXPECT_THAT(dropped(client.post()), IsEmpty());
  client.append("too old", 1, 2);
  EXPECT_THAT(dropped(client.post()), ::testing::SizeIs(1));
  const std::map<std::string, double> expected{{"line_too_long", 1}, {"too_old", 1}};
  EXPECT_EQ(client.refused(), expected);
}

// An ingester answers for the last stream of a push: whichever of them is above a limit that was
// lowered meanwhile has to be that one.
TEST(LokiSenderStreams, LosesNothingOfANoisyStreamWhoseLimitIsLoweredWhileItSharesPushes) {
  for (std::uint64_t noisy = 1; noisy <= 5; ++noisy) {
    MovingLoki loki(LokiLimits{});
    Client client(loki->url());
    std::int64_t time_ns = kNow;
    const auto post_all = [&](int rounds) {
      for (int i = 0; i < rounds; ++i) {
        ++time_ns;
        for (std::uint64_t key = 1; key <= 5; ++key) {
          client.append(std::string(key == noisy ? 200 : 20, 'a'), time_ns, key);
        }
        (void)client.post();
        loki.pass(seconds(25));
        client.pass(seconds(25));
      }
    };
    post_all(60);  // longer than the longest time that rates are compared in
    const std::uint64_t requests = loki->counters().requests;
    post_all(10);
    // Mostly: where the machine was busy, a rate is above what was seen to pass, and has a scout.
    EXPECT_LT(loki->counters().requests, requests + 20) << "they share";
    LokiLimits limits;
    limits.stream_rate = 4;
    limits.stream_burst = 500;
    loki->set_limits(limits);
    post_all(15);
    EXPECT_EQ(loki->counters().lost_silently, 0U) << noisy;
    EXPECT_GT(loki->counters().answers[429], 0U);
  }
}

TEST(LokiSenderStreams, CountsWhatIsRefusedOfOneStreamOfManyAndRepeatsNothing) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  for (std::uint64_t key = 1; key <= 3; ++key) {
    client.append("a line that is long enough", kNow, key);
  }
  (void)client.post();
  client.pass(seconds(20));
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
