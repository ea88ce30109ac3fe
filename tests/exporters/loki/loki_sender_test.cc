#include "exporters/loki/loki_sender.h"

#include <atomic>

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_client.h"
#include "tests/support/loki_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using std::chrono::seconds;
using test::at_kNow;
using test::Client;
using test::dropped;
using test::kNow;
using test::LokiFault;
using test::LokiStandIn;
using test::LokiStandInOptions;
using test::texts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

LokiFault status_fault(int status) {
  LokiFault fault;
  fault.status = status;
  return fault;
}

TEST(LokiSender, DeliversLinesWithTheirLabelsAndTimes) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  EXPECT_EQ(client.post("hello").kind, Kind::kDelivered);
  const std::vector<test::LokiLine> lines = loki.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].line, "hello");
  EXPECT_EQ(lines[0].time_ns, kNow);
  EXPECT_THAT(lines[0].labels, ElementsAre(Pair("container", "c1"), Pair("stream", "stdout")));
}

TEST(LokiSender, DeliversEmptyLinesAndRepairsOthers) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  EXPECT_EQ(client.post("").kind, Kind::kDelivered);
  EXPECT_EQ(client.post("\xFF").kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("", "\uFFFD"));
}

TEST(LokiSender, TellsWhatIsOpenAndInFlight) {
  LokiStandIn loki(at_kNow());
  DeliveryConfig delivery;
  delivery.max_in_flight = 2;
  Client client(loki.url(), delivery);
  Sender& sender = client.sender();
  EXPECT_EQ(sender.open_bytes(), 0U);
  EXPECT_FALSE(sender.ordered());
  client.append("a");
  EXPECT_GT(sender.open_bytes(), 1U);
  sender.send(1);
  EXPECT_EQ(sender.open_bytes(), 0U);
  EXPECT_EQ(sender.in_flight(), 1U);
  EXPECT_TRUE(sender.ready());
  client.append("b");
  sender.send(2);
  EXPECT_FALSE(sender.ready());
  EXPECT_EQ(client.wait_all().size(), 2U);
  EXPECT_TRUE(sender.ready());
}

TEST(LokiSender, KeepsTheOrderOfEachStreamWithSeveralRequestsInFlight) {
  LokiStandIn loki(at_kNow());
  DeliveryConfig delivery;
  delivery.max_in_flight = 4;
  Client client(loki.url(), delivery);
  RequestId id = 0;
  for (int round = 0; round < 25; ++round) {
    for (std::uint64_t key = 1; key <= 4; ++key) {
      for (int i = 0; i < 10; ++i) {
        client.append(std::to_string(round * 10 + i), kNow, key);
      }
      client.sender().send(++id);
    }
    for (const Outcome& outcome : client.wait_all()) {
      EXPECT_EQ(outcome.kind, Kind::kDelivered);
    }
  }
  std::map<std::string, int> next;
  for (const test::LokiLine& line : loki.lines()) {
    EXPECT_EQ(line.line, std::to_string(next[line.selector]++));
  }
  EXPECT_THAT(next, testing::SizeIs(4));
  EXPECT_EQ(loki.counters().stored_lines, 1'000U);
  EXPECT_LE(loki.connections(), 4U);
}

TEST(LokiSender, TriesAgainAfterAServerErrorAndThenDelivers) {
  LokiStandIn loki(at_kNow());
  loki.add_fault(status_fault(500));
  Client client(loki.url());
  const Outcome failed = client.post("a");
  EXPECT_EQ(failed.kind, Kind::kRetry);
  EXPECT_EQ(failed.reason, "http_500");
  EXPECT_THAT(loki.lines(), IsEmpty());
  EXPECT_EQ(client.post("a").kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("a"));
}

TEST(LokiSender, WaitsAsLongAsAnAnswerSays) {
  LokiStandIn loki(at_kNow());
  LokiFault fault = status_fault(429);
  fault.retry_after = "3";
  loki.add_fault(fault);
  Client client(loki.url());
  const Outcome outcome = client.post("a");
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "http_429");
  EXPECT_GE(outcome.retry_after, Milliseconds(2'900));
}

TEST(LokiSender, TellsOfLokisOwnRateLimit) {
  LokiStandInOptions options = at_kNow();
  options.limits.ingestion_rate = 1;
  options.limits.ingestion_burst = 10;
  LokiStandIn loki(options);
  Client client(loki.url());
  EXPECT_EQ(client.post("short").kind, Kind::kDelivered);
  const Outcome outcome = client.post("much longer than ten bytes");
  EXPECT_EQ(outcome.reason, "tenant_rate");
  EXPECT_THAT(outcome.detail, HasSubstr("ingestion rate limit exceeded"));
}

TEST(LokiSender, TriesAgainAfterATimeout) {
  LokiStandIn loki(at_kNow());
  LokiFault fault;
  fault.delay = seconds(30);
  loki.add_fault(fault);
  DeliveryConfig delivery;
  delivery.request_timeout = Milliseconds(100);
  Client client(loki.url(), delivery);
  const Outcome outcome = client.post("a");
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "timeout");
}

TEST(LokiSender, TriesAgainAfterARefusedConnection) {
  std::string url;
  {
    const LokiStandIn loki(at_kNow());
    url = loki.url();
  }
  Client client(url);
  const Outcome outcome = client.post("a");
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "connection");
}

TEST(LokiSender, TriesAgainAfterACloseBeforeAndAfterStoring) {
  LokiStandIn loki(at_kNow());
  LokiFault before;
  before.close = LokiFault::Close::kBeforeStoring;
  LokiFault after;
  after.close = LokiFault::Close::kAfterStoring;
  loki.add_fault(before);
  loki.add_fault(after);
  Client client(loki.url());
  EXPECT_EQ(client.post("a").reason, "connection");
  EXPECT_THAT(texts(loki), IsEmpty());
  EXPECT_EQ(client.post("a").reason, "connection");
  EXPECT_THAT(texts(loki), ElementsAre("a"));
  // Loki stores a repeat of a stream's last line once.
  EXPECT_EQ(client.post("a").kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("a"));
  EXPECT_EQ(loki.counters().duplicate_lines, 1U);
}

TEST(LokiSender, SplitsPostsThatAreTooLarge) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_body_bytes = 5'000;
  LokiStandIn loki(options);
  Client client(loki.url());
  for (int i = 0; i < 40; ++i) {
    client.append(std::to_string(i) + std::string(500, 'x'));
  }
  EXPECT_EQ(client.post("end").kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().stored_lines, 41U);
  const std::vector<std::string> stored = texts(loki);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_THAT(stored.at(i), testing::StartsWith(std::to_string(i) + "x"));
  }
  const auto refused_once = loki.counters().answers[413];
  EXPECT_GE(refused_once, 1U);
  for (int i = 0; i < 40; ++i) {
    client.append(std::string(500, 'y'), kNow + i);
  }
  EXPECT_EQ(client.post("end again").kind, Kind::kDelivered);
  EXPECT_EQ(loki.counters().answers[413], refused_once) << "the limit was not learned";
}

TEST(LokiSender, GivesUpASingleLineThatIsTooLarge) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_body_bytes = 5'000;
  LokiStandIn loki(options);
  Client client(loki.url());
  client.append("before");
  client.append(std::string(6'000, 'x'));
  const Outcome outcome = client.post("behind");
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("before", "behind"));
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("body_too_large", 6'001)));
}

TEST(LokiSender, CountsLinesThatLokiRefusesWhileItStoresTheOthers) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  client.append("good");
  client.append("old", kNow - std::int64_t{8 * 24 * 3600} * 1'000'000'000);
  const Outcome outcome = client.post("good too");
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(dropped(outcome), ElementsAre(Pair("too_old", 4)));
  EXPECT_THAT(outcome.parts.at(0).detail, HasSubstr("has timestamp too old: 2023-11-06T22:13:20Z"));
  EXPECT_THAT(texts(loki), ElementsAre("good", "good too"));
}

TEST(LokiSender, SendsItsTenantAndHeaders) {
  LokiStandIn loki(at_kNow());
  loki.require_authorization("custom");
  LokiConfig config = Client::config_for(loki.url() + "/");
  config.tenant = "team-a";
  config.headers = {{"Authorization", "custom"}};
  Client client(config);
  EXPECT_EQ(client.post("a").kind, Kind::kDelivered);
  EXPECT_EQ(loki.lines().at(0).tenant, "team-a");
}

TEST(LokiSender, UsesARotatedTokenAfterItsOldOneWasRefused) {
  test::TempTree tree;
  tree.file("token", "old\n");
  LokiStandIn loki(at_kNow());
  loki.require_authorization("Bearer old");
  LokiConfig config = Client::config_for(loki.url() + "/loki/api/v1/push");
  config.auth.bearer_token.file = tree.path("token");
  Client client(config);
  EXPECT_EQ(client.post("a").kind, Kind::kDelivered);
  loki.require_authorization("Bearer new");
  const Outcome refused = client.post("b");
  EXPECT_EQ(refused.kind, Kind::kRetry);
  EXPECT_EQ(refused.reason, "unauthorized");
  tree.file("token", "new\n");
  client.pass(seconds(5));
  EXPECT_EQ(client.post("b").kind, Kind::kDelivered);
}

TEST(LokiSender, SpeaksTlsWithTheConfiguredAuthority) {
  const test::TestAuthority authority;
  const test::TestAuthority::Pem server = authority.issue("loki", "DNS:loki.test");
  test::TempTree tree;
  tree.file("ca.pem", authority.certificate());
  tree.file("server.pem", server.certificate);
  tree.file("server.key", server.key);
  LokiStandInOptions options = at_kNow();
  options.http.tls = {tree.path("server.pem"), tree.path("server.key"), ""};
  LokiStandIn loki(options);
  LokiConfig config = Client::config_for(loki.url());
  config.tls.ca_file = tree.path("ca.pem");
  EXPECT_EQ(Client(config).post("a").reason, "tls");
  config.tls.server_name = "loki.test";
  EXPECT_EQ(Client(config).post("a").kind, Kind::kDelivered);
  EXPECT_THAT(texts(loki), ElementsAre("a"));
}

TEST(LokiSender, RefusesHeadersThatAreNone) {
  const auto error = [](const LokiConfig& config) {
    const Result<std::unique_ptr<Sender>> made = LokiSender::create(config, {});
    return made ? std::string("no error") : made.error().message;
  };
  LokiConfig config;
  config.tenant = "a\r\nb";
  EXPECT_EQ(error(config), "loki header \"X-Scope-OrgID\": not a header that HTTP allows");
  config.tenant.clear();
  config.headers = {{"A:", "b"}};
  EXPECT_EQ(error(config), "loki header \"A:\": not a header that HTTP allows");
  config.headers.clear();
  config.labels = {"nothing"};
  EXPECT_THAT(error(config), HasSubstr("loki label"));
}

}  // namespace
}  // namespace supercargo
