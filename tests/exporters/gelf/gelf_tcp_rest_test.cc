// Connections of GELF over TCP that the peer closes while they rest.

#include <gmock/gmock.h>

#include "exporters/gelf/confirm_patience.h"
#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using test::pump;
using test::pump_until;
using test::send_batch;
using Kind = Outcome::Kind;

constexpr Milliseconds kRest{1'800};  // and the time until an acknowledgement is seen

struct GelfTcpRest : testing::Test {
  GelfTcpRest() {
    config.url = "tcp://127.0.0.1:" + std::to_string(server.tcp_port());
    config.confirm_after = std::chrono::hours(1);
    auto made = make_gelf_sender(config, {}, "graylog", metrics);
    EXPECT_TRUE(made) << made.error().message;
    sender = std::move(*made);
  }

  // Sends a message, lets the connection rest, and closes it.
  void send_and_close(RequestId id, bool reset) {
    send_batch(*sender, id, {"x"});
    ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == id; }));
    sender->wait(-1, kRest, outcomes);
    server.close_connections(reset);
    ASSERT_TRUE(pump(*sender, outcomes, id));
    EXPECT_EQ(outcomes.back().kind, Kind::kRetry);
  }

  GraylogStandIn server;
  SelfMetrics metrics;
  GelfConfig config;
  std::unique_ptr<Sender> sender;
  std::vector<Outcome> outcomes;
};

TEST_F(GelfTcpRest, APeerThatClosesWhatRestsKeepsNothingFromBeingSettled) {
  for (RequestId id = 1; id <= ConfirmPatience::kCloses; ++id) {
    send_and_close(id, /*reset=*/false);
    EXPECT_THAT(outcomes.back().detail, testing::HasSubstr("sooner than confirm_after"));
  }
  outcomes.clear();
  send_batch(*sender, 9, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered) << outcomes[0].detail;
}

TEST_F(GelfTcpRest, AResetSaysThatSomethingMayNotHaveBeenRead) {
  for (RequestId id = 1; id <= ConfirmPatience::kCloses; ++id) {
    send_and_close(id, /*reset=*/true);
    EXPECT_THAT(outcomes.back().detail, testing::Not(testing::HasSubstr("confirm_after")));
  }
  outcomes.clear();
  send_batch(*sender, 9, {"x"});
  sender->wait(-1, 2 * kRest, outcomes);
  EXPECT_THAT(outcomes, testing::IsEmpty());
}

}  // namespace
}  // namespace supercargo
