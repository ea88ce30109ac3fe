#include "exporters/gelf/gelf_http_sender.h"

#include <map>

#include <gmock/gmock.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using test::pump;
using test::send_batch;
using test::TestBatch;
using testing::ElementsAre;
using Kind = Outcome::Kind;

struct GelfHttpSenderTest : testing::Test {
  std::unique_ptr<Sender> make(std::uint16_t port) {
    config.url = "http://127.0.0.1:" + std::to_string(port);
    auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
    EXPECT_TRUE(sender) << sender.error().message;
    return std::move(*sender);
  }

  Outcome answer(int status, std::vector<std::string> texts) {
    GraylogStandIn::Faults faults;
    faults.http_status = status;
    faults.http_header = "Retry-After: 7\r\n";
    server.set_faults(faults);
    const auto sender = make(server.http_port());
    send_batch(*sender, 1, std::move(texts));
    std::vector<Outcome> got;
    EXPECT_TRUE(pump(*sender, got, 1));
    return got.empty() ? Outcome{} : got[0];
  }

  GraylogStandIn server;
  SelfMetrics metrics;
  GelfConfig config;
  DeliveryConfig delivery;
  std::vector<Outcome> outcomes;
};

TEST_F(GelfHttpSenderTest, PostsEachMessageInOrderOnOneConnection) {
  const auto sender = make(server.http_port());
  send_batch(*sender, 1, {"one", "two", "three"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_THAT(test::texts_of(server.messages()), ElementsAre("one", "two", "three"));
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.http_requests(), 3U);
}

TEST_F(GelfHttpSenderTest, SendsSeveralRequestsSideBySide) {
  const auto sender = make(server.http_port());
  for (RequestId id = 1; id <= delivery.max_in_flight; ++id) {
    EXPECT_TRUE(sender->ready());
    send_batch(*sender, id, {"a", "b"});
  }
  EXPECT_FALSE(sender->ready());
  ASSERT_TRUE(pump(*sender, outcomes, delivery.max_in_flight));
  EXPECT_EQ(server.accepted(), 2U * delivery.max_in_flight);
  EXPECT_TRUE(sender->ready());
}

TEST_F(GelfHttpSenderTest, RetriesWhatIsTheReceiversTrouble) {
  for (const int status : {429, 500, 503, 401, 404}) {
    const Outcome outcome = answer(status, {"x", "y"});
    EXPECT_EQ(outcome.kind, Kind::kRetry) << status;
    EXPECT_EQ(outcome.reason, "http_" + std::to_string(status));
  }
  EXPECT_EQ(answer(503, {"x"}).retry_after, Milliseconds(7000));
}

TEST_F(GelfHttpSenderTest, CountsARefusedMessageAloneAndGoesOn) {
  GraylogStandIn::Faults faults;
  faults.http_status = 400;
  faults.http_only = "two";
  server.set_faults(faults);
  const auto sender = make(server.http_port());
  send_batch(*sender, 1, {"one", "two", "three"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_THAT(test::texts_of(server.messages()), ElementsAre("one", "three"));
  ASSERT_EQ(outcomes[0].parts.size(), 1U);
  const Outcome::Part& part = outcomes[0].parts[0];
  EXPECT_EQ(part.kind, Kind::kDelivered);
  EXPECT_EQ(part.chain, 1U);
  ASSERT_EQ(part.refused.size(), 1U);
  EXPECT_EQ(part.refused[0].reason, "http_400");
  EXPECT_EQ(part.refused[0].amount.lines, 1U);
  EXPECT_EQ(part.refused[0].amount.bytes, 43U);
}

// A proxy, or an address that is no GELF input: nothing says that the messages are to blame.
TEST_F(GelfHttpSenderTest, GivesNothingUpWhileEveryMessageIsRefused) {
  GraylogStandIn::Faults faults;
  faults.http_status = 400;
  server.set_faults(faults);
  const auto sender = make(server.http_port());
  send_batch(*sender, 1, {"one", "two"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_EQ(outcomes[0].reason, "http_400");
  EXPECT_THAT(outcomes[0].detail, testing::HasSubstr("is this a GELF input?"));
  EXPECT_THAT(outcomes[0].parts, testing::IsEmpty());
  const std::size_t requests = server.http_requests();
  send_batch(*sender, 2, std::vector<std::string>(100, "many"));
  outcomes.clear();
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_LE(server.http_requests(), requests + 20) << "the rest is not even tried";
  server.set_faults({});
  send_batch(*sender, 3, {"one", "two"});
  outcomes.clear();
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_THAT(test::texts_of(server.messages()), ElementsAre("one", "two"));
}

TEST_F(GelfHttpSenderTest, GoesOnWithEachStreamByItself) {
  const auto sender = make(server.http_port());
  std::vector<std::string> expected;
  for (std::uint64_t chain = 1; chain <= 20; ++chain) {
    TestBatch batch({"first", "second", "third"});
    batch.chain = chain;
    batch.info.pod = "pod-" + std::to_string(chain);
    batch.key = chain;
    sender->append(batch.get());
  }
  sender->send(1);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(server.connections(), config.connections);
  std::map<std::string, std::vector<std::string>> streams;
  for (const std::string& message : server.messages()) {
    streams[nlohmann::json::parse(message).at("_pod")].push_back(test::short_message(message));
  }
  EXPECT_EQ(streams.size(), 20U);
  for (const auto& [pod, texts] : streams) {
    EXPECT_THAT(texts, ElementsAre("first", "second", "third")) << pod;
  }
}

TEST_F(GelfHttpSenderTest, DeliversStreamsThatAreThroughWhenAnotherFails) {
  GraylogStandIn::Faults faults;
  faults.http_status = 503;
  faults.http_only = "stuck";
  server.set_faults(faults);
  config.connections = 1;
  const auto sender = make(server.http_port());
  TestBatch good({"fine"});
  good.chain = 1;
  TestBatch bad({"first", "stuck"});
  bad.chain = 2;
  sender->append(good.get());
  sender->append(bad.get());
  sender->send(1);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  ASSERT_EQ(outcomes[0].parts.size(), 1U);
  EXPECT_EQ(outcomes[0].parts[0].chain, 1U);
  EXPECT_EQ(outcomes[0].parts[0].kind, Kind::kDelivered);
  server.set_faults({});
  sender->append(bad.get());
  sender->send(2);
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_THAT(test::texts_of(server.messages()), ElementsAre("fine", "first", "stuck"));
}

TEST_F(GelfHttpSenderTest, TellsWhatToDoAboutARefusedCredential) {
  EXPECT_EQ(answer(401, {"x"}).detail,
            "set auth or headers to what the input's authorization header asks for");
  EXPECT_THAT(answer(404, {"x"}).detail, testing::HasSubstr("/gelf"));
}

TEST_F(GelfHttpSenderTest, CutsAMessageThatIsTooLongForTheReceiver) {
  const auto sender = make(server.http_port());
  send_batch(*sender, 1, {"before", std::string(200'000, 'x'), "after"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  ASSERT_EQ(server.accepted(), 3U);
  const std::string text = test::short_message(server.messages()[1]);
  EXPECT_TRUE(text.ends_with("\xE2\x80\xA6[truncated]"));
  EXPECT_GT(text.size(), 60'000U);
  EXPECT_DOUBLE_EQ(GelfCounters(metrics, "graylog").truncated.Value(), 1);
}

TEST_F(GelfHttpSenderTest, DropsNothingForAReceiverThatTakesNotEvenAShortMessage) {
  EXPECT_EQ(answer(413, {std::string(10'000, 'x')}).kind, Kind::kRetry);
  EXPECT_LT(server.http_requests(), 10U);
}

TEST_F(GelfHttpSenderTest, DoesNotSendAgainWhatWasTakenBeforeTheFailure) {
  const auto sender = make(server.http_port());
  GraylogStandIn::Faults faults;
  faults.http_after = 2;
  faults.http_status = 429;
  for (RequestId id = 1; id <= 2; ++id) {  // two messages each time, then "too many"
    server.set_faults(faults);
    send_batch(*sender, id, {"one", "two", "three", "four", "five"});
    ASSERT_TRUE(pump(*sender, outcomes, id));
    EXPECT_EQ(outcomes.back().kind, Kind::kRetry);
  }
  server.set_faults({});
  send_batch(*sender, 3, {"one", "two", "three", "four", "five"});
  ASSERT_TRUE(pump(*sender, outcomes, 3));
  EXPECT_EQ(outcomes.back().kind, Kind::kDelivered);
  EXPECT_THAT(test::texts_of(server.messages()),
              ElementsAre("one", "two", "three", "four", "five"));
}

TEST_F(GelfHttpSenderTest, ARequestWithNothingLeftToSendIsDeliveredAtOnce) {
  const auto sender = make(server.http_port());
  GraylogStandIn::Faults faults;
  faults.http_after = 1;
  faults.http_status = 503;
  server.set_faults(faults);
  send_batch(*sender, 1, {"one", "two"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  send_batch(*sender, 2, {"one"});
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_EQ(outcomes.back().kind, Kind::kDelivered);
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_EQ(sender->in_flight(), 0U);
}

TEST_F(GelfHttpSenderTest, RetriesWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    const GraylogStandIn gone;
    port = gone.http_port();
  }
  const auto sender = make(port);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_EQ(outcomes[0].reason, "connection");
}

}  // namespace
}  // namespace supercargo
