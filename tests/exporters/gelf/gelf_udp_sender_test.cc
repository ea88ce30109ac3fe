#include "exporters/gelf/gelf_udp_sender.h"

#include <set>

#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using std::chrono::seconds;
using test::GraylogStandIn;
using test::pump;
using test::send_batch;
using Kind = Outcome::Kind;

struct GelfUdpSenderTest : testing::Test {
  std::unique_ptr<Sender> make(std::uint16_t port) {
    config.url = "udp://127.0.0.1:" + std::to_string(port);
    auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
    EXPECT_TRUE(sender) << sender.error().message;
    return std::move(*sender);
  }

  double send_errors(std::string_view name) {
    return metrics.counter(gelf_metrics::kSendErrors, {"graylog", name}).Value();
  }

  GraylogStandIn server;
  SelfMetrics metrics;
  GelfConfig config;
  DeliveryConfig delivery;
  std::vector<Outcome> outcomes;
};

TEST_F(GelfUdpSenderTest, SendsAMessageADatagram) {
  config.udp_compression = "none";
  const auto sender = make(server.udp_port());
  EXPECT_FALSE(sender->ordered());
  send_batch(*sender, 1, {"one", "two"});
  EXPECT_FALSE(sender->ready());
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_TRUE(sender->ready());
  ASSERT_TRUE(server.wait_for_messages(2, seconds(20)));
  EXPECT_EQ(server.datagrams().size(), 2U);
  EXPECT_EQ(server.datagrams()[0].front(), '{');
  EXPECT_EQ(test::short_message(server.messages()[1]), "two");
}

TEST_F(GelfUdpSenderTest, CompressesWhatGetsSmaller) {
  const auto sender = make(server.udp_port());
  send_batch(*sender, 1, {std::string(1000, 'x')});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  ASSERT_TRUE(server.wait_for_messages(1, seconds(20)));
  const auto datagrams = server.datagrams();
  ASSERT_EQ(datagrams.size(), 1U);
  EXPECT_TRUE(datagrams[0].starts_with("\x1F\x8B"));
  EXPECT_LT(datagrams[0].size(), 600U);
  EXPECT_EQ(test::short_message(server.messages()[0]), std::string(1000, 'x'));
}

TEST_F(GelfUdpSenderTest, ChunksWhatDoesNotFit) {
  for (const char* compression : {"none", "gzip"}) {
    config.udp_compression = compression;
    outcomes.clear();
    const auto sender = make(server.udp_port());
    send_batch(*sender, 1, {test::noise(100'000), test::noise(50'000, 2), "small"});
    ASSERT_TRUE(pump(*sender, outcomes, 1));
  }
  ASSERT_TRUE(server.wait_for_messages(6, seconds(20)));
  EXPECT_EQ(test::short_message(server.messages()[0]), test::noise(100'000));
  EXPECT_EQ(test::short_message(server.messages()[4]), test::noise(50'000, 2));
  EXPECT_THAT(server.refusals(), testing::IsEmpty());
  std::set<std::string> ids;
  for (const std::string& datagram : server.datagrams()) {
    EXPECT_LE(datagram.size(), 1420U);
    if (datagram.starts_with("\x1E\x0F")) {
      ids.insert(datagram.substr(2, 8));
    }
  }
  EXPECT_EQ(ids.size(), 4U);
}

TEST_F(GelfUdpSenderTest, CutsWhatNeedsMoreThan128Chunks) {
  for (const char* compression : {"none", "gzip"}) {
    config.udp_compression = compression;
    outcomes.clear();
    const auto sender = make(server.udp_port());
    send_batch(*sender, 1, {test::noise(400'000)});
    ASSERT_TRUE(pump(*sender, outcomes, 1));
  }
  ASSERT_TRUE(server.wait_for_messages(2, seconds(20)));
  for (const std::string& message : server.messages()) {
    const std::string text = test::short_message(message);
    EXPECT_TRUE(text.ends_with("\xE2\x80\xA6[truncated]"));
    EXPECT_GT(text.size(), 170'000U);
  }
  EXPECT_DOUBLE_EQ(GelfCounters(metrics, "graylog").truncated.Value(), 2);
}

TEST_F(GelfUdpSenderTest, SendsCompressibleGiantsWhole) {
  const auto sender = make(server.udp_port());
  send_batch(*sender, 1, {std::string(1'500'000, 'x')});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  ASSERT_TRUE(server.wait_for_messages(1, seconds(20)));
  EXPECT_EQ(test::short_message(server.messages()[0]).size(), 1'500'000U);
}

TEST_F(GelfUdpSenderTest, RetriesWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    const GraylogStandIn gone;
    port = gone.udp_port();
  }
  const auto sender = make(port);
  // The first datagram only provokes the ICMP answer, which the next send gets to see.
  RequestId id = 0;
  while (id < 50 && (outcomes.empty() || outcomes.back().kind == Kind::kDelivered)) {
    send_batch(*sender, ++id, {"x", "y"});
    ASSERT_TRUE(pump(*sender, outcomes, id));
  }
  EXPECT_EQ(outcomes.back().kind, Kind::kRetry);
  EXPECT_EQ(outcomes.back().reason, "connection");
  EXPECT_EQ(sender->in_flight(), 0U);
  EXPECT_GE(send_errors("ECONNREFUSED"), 1);
}

TEST_F(GelfUdpSenderTest, SendsSmallerDatagramsWhereThePathTakesNoLargeOnes) {
  config.udp_chunk_bytes = 70'000;  // more than UDP itself takes
  config.udp_compression = "none";
  GelfUdpSender sender(config,
                       delivery,
                       {GelfEndpoint::Transport::kUdp, "127.0.0.1", server.udp_port(), {}},
                       {},
                       GelfCounters(metrics, "graylog"));
  send_batch(sender, 1, {test::noise(69'000)});
  ASSERT_TRUE(pump(sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_EQ(send_errors("EMSGSIZE"), 1);
  send_batch(sender, 2, {test::noise(69'000)});
  ASSERT_TRUE(pump(sender, outcomes, 2));
  EXPECT_EQ(outcomes[1].kind, Kind::kDelivered);
  EXPECT_TRUE(server.wait_for_messages(1, seconds(20)));
  EXPECT_EQ(test::short_message(server.messages()[0]).size(), 69'000U);
}

TEST_F(GelfUdpSenderTest, ResolvesNamesWithoutBlocking) {
  config.url = "udp://localhost:" + std::to_string(server.udp_port());
  auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
  ASSERT_TRUE(sender);
  send_batch(**sender, 1, {"x"});
  ASSERT_TRUE(pump(**sender, outcomes, 1));
}

TEST_F(GelfUdpSenderTest, ReturnsBetweenBurstsWhenWoken) {
  config.udp_compression = "none";
  const auto sender = make(server.udp_port());
  send_batch(*sender, 1, std::vector<std::string>(1000, "x"));
  const UniqueFd wake(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  sender->wait(wake.get(), seconds(60), outcomes);
  EXPECT_THAT(outcomes, testing::IsEmpty());
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  ASSERT_TRUE(server.wait_for_messages(1000, seconds(20)));
}

}  // namespace
}  // namespace supercargo
