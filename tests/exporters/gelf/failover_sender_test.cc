#include "exporters/gelf/failover_sender.h"

#include <gmock/gmock.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using test::pump;
using test::pump_until;
using test::send_batch;
using test::texts_of;
using testing::ElementsAre;
using Kind = Outcome::Kind;

struct FailoverSenderTest : testing::Test {
  FailoverSenderTest() {
    delivery.request_timeout = Milliseconds(1000);
    config.confirm_after = Milliseconds(0);
    config.failover_retry = Milliseconds(200);
  }

  // Over the ports of these servers, in order; UDP, TCP and HTTP alike.
  std::unique_ptr<Sender> make(const std::string& scheme, const std::vector<std::uint16_t>& ports) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      urls.push_back(scheme + "://127.0.0.1:" + std::to_string(ports[i]) +
                     (scheme == "http" ? "/gelf" : ""));
    }
    config.url = urls[0];
    config.failover_urls.assign(urls.begin() + 1, urls.end());
    auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
    EXPECT_TRUE(sender) << sender.error().message;
    return std::move(*sender);
  }

  Kind send(Sender& sender, const std::string& text) {
    outcomes.clear();
    send_batch(sender, ++id, {text});
    EXPECT_TRUE(pump(sender, outcomes, 1)) << text;
    return outcomes.empty() ? Kind::kRefused : outcomes[0].kind;
  }

  double used(std::size_t index) {
    return metrics.gauge(gelf_metrics::kAddressUsed, {"graylog", urls[index]}).Value();
  }

  double failures(std::size_t index) {
    return metrics.counter(gelf_metrics::kAddressFailures, {"graylog", urls[index]}).Value();
  }

  // A port on which nobody listens.
  static std::uint16_t gone() {
    const GraylogStandIn server;
    return server.tcp_port();
  }

  SelfMetrics metrics;
  GelfConfig config;
  DeliveryConfig delivery;
  std::vector<std::string> urls;
  std::vector<Outcome> outcomes;
  RequestId id = 0;
};

TEST_F(FailoverSenderTest, UsesTheFirstThatWorks) {
  GraylogStandIn second;
  const std::uint16_t first = gone();
  const auto sender = make("tcp", {first, second.tcp_port()});
  EXPECT_EQ(used(0), 1);
  EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  EXPECT_EQ(send(*sender, "x"), Kind::kDelivered);
  EXPECT_TRUE(second.wait_for_messages(1, Milliseconds(5000)));
  EXPECT_THAT(texts_of(second.messages()), ElementsAre("x"));
  EXPECT_EQ(used(0), 0);
  EXPECT_EQ(used(1), 1);
  EXPECT_EQ(failures(0), 1);
}

TEST_F(FailoverSenderTest, SendsToNobodyElseWhileTheFirstWorks) {
  GraylogStandIn first;
  GraylogStandIn second;
  const auto sender = make("tcp", {first.tcp_port(), second.tcp_port()});
  EXPECT_EQ(send(*sender, "x"), Kind::kDelivered);
  EXPECT_EQ(send(*sender, "y"), Kind::kDelivered);
  EXPECT_EQ(second.connections(), 0U);
}

TEST_F(FailoverSenderTest, TakesEachAddressInTurnWhereNoneWorks) {
  const auto sender = make("tcp", {gone(), gone(), gone()});
  config.failover_retry = std::chrono::hours(1);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  }
  EXPECT_EQ(failures(0) + failures(1) + failures(2), 4);
  EXPECT_GE(failures(2), 1);
}

TEST_F(FailoverSenderTest, ReturnsToTheFirstOnceItCanBeReached) {
  GraylogStandIn second;
  const std::uint16_t port = gone();
  const auto sender = make("tcp", {port, second.tcp_port()});
  EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  EXPECT_EQ(send(*sender, "x"), Kind::kDelivered);
  GraylogStandIn::Options options;
  options.tcp_port = port;
  GraylogStandIn first(options);
  outcomes.clear();
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return used(0) == 1; }));
  EXPECT_EQ(send(*sender, "y"), Kind::kDelivered);
  EXPECT_TRUE(first.wait_for_messages(1, Milliseconds(5000)));
  EXPECT_THAT(texts_of(first.messages()), ElementsAre("y"));
  EXPECT_EQ(first.torn(), 0U);
}

TEST_F(FailoverSenderTest, WaitsForWhatIsUnderWayBeforeItReturns) {
  GraylogStandIn second;
  const std::uint16_t port = gone();
  config.confirm_after = Milliseconds(700);
  const auto sender = make("tcp", {port, second.tcp_port()});
  EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  GraylogStandIn::Options options;
  options.tcp_port = port;
  const GraylogStandIn first(options);
  send_batch(*sender, ++id, {"x"});
  outcomes.clear();
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return second.accepted() == 1; }));
  EXPECT_TRUE(sender->ready());
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return !sender->ready(); }));
  EXPECT_THAT(outcomes, testing::IsEmpty());
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return sender->ready(); }));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(used(0), 1);
}

TEST_F(FailoverSenderTest, LeavesAnHttpReceiverThatFailsButNotOneThatLimits) {
  GraylogStandIn first;
  GraylogStandIn second;
  const auto sender = make("http", {first.http_port(), second.http_port()});
  GraylogStandIn::Faults faults;
  faults.http_status = 429;
  first.set_faults(faults);
  EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  EXPECT_EQ(used(0), 1);
  faults.http_status = 503;
  first.set_faults(faults);
  EXPECT_EQ(send(*sender, "x"), Kind::kRetry);
  EXPECT_EQ(used(1), 1);
  EXPECT_EQ(send(*sender, "x"), Kind::kDelivered);
  EXPECT_THAT(texts_of(second.messages()), ElementsAre("x"));
}

TEST_F(FailoverSenderTest, LeavesAnHttpReceiverThatHangsWithoutWaitingForTheRest) {
  GraylogStandIn::Options options;
  options.http_delay = Milliseconds(600);
  GraylogStandIn first(options);
  GraylogStandIn second;
  const auto sender = make("http", {first.http_port(), second.http_port()});
  send_batch(*sender, ++id, {"slow"});
  GraylogStandIn::Faults faults;
  faults.http_status = 503;
  const auto asked = [&] { return first.http_requests() == 1; };
  EXPECT_TRUE(pump_until(*sender, outcomes, asked));
  test::TestBatch other({"fails"});
  other.chain = 2;
  first.set_faults(faults);
  sender->append(other.get());
  sender->send(++id);
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered) << "asked before it failed";
  EXPECT_EQ(outcomes[1].kind, Kind::kRetry);
  EXPECT_EQ(used(1), 1);
}

TEST_F(FailoverSenderTest, GoesOverUdpWhenAnAddressSaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    const GraylogStandIn server;
    port = server.udp_port();
  }
  GraylogStandIn second;
  const auto sender = make("udp", {port, second.udp_port()});
  config.failover_retry = std::chrono::hours(1);
  for (int i = 0; i < 10 && used(1) == 0; ++i) {  // the kernel tells of it with a later datagram
    (void)send(*sender, "lost");
  }
  EXPECT_EQ(used(1), 1);
  EXPECT_EQ(send(*sender, "x"), Kind::kDelivered);
  EXPECT_TRUE(second.wait_for_messages(1, Milliseconds(5000)));
}

}  // namespace
}  // namespace supercargo
