// GelfHttpSender against an input with bulk receiving.
#include <gmock/gmock.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using test::noise;
using test::pump;
using test::send_batch;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Outcome::Kind;

GraylogStandIn::Options bulk_input() {
  GraylogStandIn::Options options;
  options.http.bulk = true;
  return options;
}

struct GelfHttpBulkTest : testing::Test {
  std::unique_ptr<Sender> make() {
    config.url = "http://127.0.0.1:" + std::to_string(server.http_port());
    config.bulk = true;
    return std::move(*make_gelf_sender(config, {}, "graylog", metrics));
  }

  GraylogStandIn server{bulk_input()};
  SelfMetrics metrics;
  GelfConfig config;
  std::vector<Outcome> outcomes;
};

TEST_F(GelfHttpBulkTest, SendsManyMessagesInARequest) {
  const auto sender = make();
  send_batch(*sender, 1, std::vector<std::string>(1000, "text"));
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(server.accepted(), 1000U);
  EXPECT_LT(server.http_requests(), 10U);
  EXPECT_THAT(server.refusals(), IsEmpty());
}

TEST_F(GelfHttpBulkTest, MixesStreamsInARequest) {
  const auto sender = make();
  for (std::uint64_t chain = 1; chain <= 50; ++chain) {
    test::TestBatch batch({"a", "b"});
    batch.chain = chain;
    sender->append(batch.get());
  }
  sender->send(1);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(server.accepted(), 100U);
  EXPECT_EQ(server.http_requests(), 1U);
}

TEST_F(GelfHttpBulkTest, MakesSmallerRequestsForAReceiverThatTakesLess) {
  GraylogStandIn::Faults faults;
  faults.max_body = 10'000;
  server.set_faults(faults);
  const auto sender = make();
  send_batch(*sender, 1, std::vector<std::string>(500, "text"));
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(server.accepted(), 500U);
  const std::uint64_t before = server.http_requests();
  send_batch(*sender, 2, std::vector<std::string>(20, "text"));
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_LE(server.http_requests() - before, 1U) << "it has learned";
}

TEST_F(GelfHttpBulkTest, CutsTheMessageThatIsTooLongAlone) {
  const auto sender = make();
  send_batch(*sender, 1, {"before", noise(100'000), "after"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(server.accepted(), 3U);
  EXPECT_THAT(server.refusals(), IsEmpty());
  EXPECT_DOUBLE_EQ(GelfCounters(metrics, "graylog").truncated.Value(), 1);
}

TEST_F(GelfHttpBulkTest, FindsTheOneThatIsRefused) {
  GraylogStandIn::Faults faults;
  faults.http_status = 400;
  faults.http_only = "bad";
  server.set_faults(faults);
  const auto sender = make();
  send_batch(*sender, 1, {"one", "bad", "three", "four"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_THAT(test::texts_of(server.messages()), ElementsAre("one", "three", "four"));
  ASSERT_EQ(outcomes[0].parts.size(), 1U);
  EXPECT_EQ(outcomes[0].parts[0].refused.at(0).amount.lines, 1U);
  EXPECT_THAT(server.refusals(), IsEmpty());
}

TEST_F(GelfHttpBulkTest, WithoutItTheInputKeepsTheFirstMessageAlone) {
  GraylogStandIn plain;
  config.url = "http://127.0.0.1:" + std::to_string(plain.http_port());
  config.bulk = true;
  const auto sender = std::move(*make_gelf_sender(config, {}, "graylog", metrics));
  send_batch(*sender, 1, {"one", "two"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered) << "Graylog says 202: CONFIG.md warns of it";
  EXPECT_THAT(plain.refusals(), testing::SizeIs(1));
}

}  // namespace
}  // namespace supercargo
