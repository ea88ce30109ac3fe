#include "exporters/loki/loki_sender.h"

#include <atomic>

#include <gmock/gmock.h>

#include "tests/support/loki_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using std::chrono::seconds;
using test::LokiFault;
using test::LokiStandIn;
using test::LokiStandInOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

LokiStandInOptions at_kNow() {
  LokiStandInOptions options;
  options.now_ns = [] { return kNow; };
  return options;
}

// A LokiSender and what a delivery loop would do with it.
class Client {
 public:
  explicit Client(const LokiConfig& config, DeliveryConfig delivery = {}) {
    Result<std::unique_ptr<Sender>> made = LokiSender::create(config, delivery);
    EXPECT_TRUE(made);
    sender_ = std::move(*made);
  }

  explicit Client(const std::string& url, DeliveryConfig delivery = {})
      : Client(config_for(url), delivery) {}

  static LokiConfig config_for(const std::string& url) {
    LokiConfig config;
    config.url = url;
    return config;
  }

  Sender& sender() { return *sender_; }

  void append(std::string_view text, std::int64_t time_ns = kNow, std::uint64_t key = 1) {
    ContainerInfo info;
    info.container = "c" + std::to_string(key);
    Record record;
    record.text = text;
    record.time_ns = time_ns;
    sender_->append(Batch{info, key, Stream::kStdout, "id", {&record, 1}});
  }

  std::vector<Outcome> wait_all() {
    std::vector<Outcome> outcomes;
    const SteadyTime deadline = steady_now() + seconds(20);
    while (sender_->in_flight() > 0 && steady_now() < deadline) {
      sender_->wait(/*wake_fd=*/-1, Milliseconds(1'000), outcomes);
    }
    return outcomes;
  }

  Outcome post(std::string_view text, std::int64_t time_ns = kNow) {
    append(text, time_ns);
    sender_->send(++last_id_);
    const std::vector<Outcome> outcomes = wait_all();
    EXPECT_EQ(outcomes.size(), 1U);
    return outcomes.empty() ? Outcome{} : outcomes.front();
  }

 private:
  std::unique_ptr<Sender> sender_;
  RequestId last_id_ = 0;
};

std::vector<std::string> texts(const LokiStandIn& loki) {
  std::vector<std::string> out;
  for (const test::LokiLine& line : loki.lines()) {
    out.push_back(line.line);
  }
  return out;
}

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
  EXPECT_EQ(outcome.retry_after, seconds(3));
}

TEST(LokiSender, TellsOfLokisOwnRateLimit) {
  LokiStandInOptions options = at_kNow();
  options.limits.ingestion_rate = 1;
  options.limits.ingestion_burst = 10;
  LokiStandIn loki(options);
  Client client(loki.url());
  EXPECT_EQ(client.post("short").kind, Kind::kDelivered);
  const Outcome outcome = client.post("much longer than ten bytes");
  EXPECT_EQ(outcome.reason, "http_429");
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

TEST(LokiSender, AsksForSmallerRequestsWhenOneIsTooLarge) {
  LokiStandInOptions options = at_kNow();
  options.limits.max_body_bytes = 1'000;
  LokiStandIn loki(options);
  Client client(loki.url());
  const Outcome outcome = client.post(std::string(2'000, 'x'));
  EXPECT_EQ(outcome.kind, Kind::kTooLarge);
  EXPECT_THAT(outcome.detail, HasSubstr("request body too large"));
}

TEST(LokiSender, ReportsLinesThatLokiRefusesWhileItStoresTheOthers) {
  LokiStandIn loki(at_kNow());
  Client client(loki.url());
  client.append("good");
  client.append("old", kNow - std::int64_t{8 * 24 * 3600} * 1'000'000'000);
  const Outcome outcome = client.post("good too");
  EXPECT_EQ(outcome.kind, Kind::kRefused);
  EXPECT_EQ(outcome.reason, "http_400");
  EXPECT_THAT(outcome.detail, HasSubstr("has timestamp too old: 2023-11-06T22:13:20Z"));
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
