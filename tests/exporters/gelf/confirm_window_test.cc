#include "exporters/gelf/confirm_window.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using Kind = Outcome::Kind;

struct ConfirmWindowTest : testing::Test {
  static SteadyTime at(int seconds) { return SteadyTime() + std::chrono::seconds(seconds); }

  std::vector<RequestId> settled(SteadyTime now) {
    std::vector<Outcome> outcomes;
    window.settle(now, outcomes);
    std::vector<RequestId> ids;
    for (const Outcome& outcome : outcomes) {
      EXPECT_EQ(outcome.kind, Kind::kDelivered);
      ids.push_back(outcome.request);
    }
    return ids;
  }

  void send(RequestId id, std::uint64_t bytes) {
    window.add(id, bytes);
    position += bytes;
    window.written(position);
  }

  ConfirmWindow window{std::chrono::seconds(5), 1000};
  std::uint64_t position = 0;
};

TEST_F(ConfirmWindowTest, SettlesNothingThatTcpHasNotAcknowledged) {
  send(1, 100);
  window.acknowledged(99, at(0));
  EXPECT_THAT(settled(at(100)), testing::IsEmpty());
  EXPECT_FALSE(window.next_settlement());
}

TEST_F(ConfirmWindowTest, SettlesWhatWasAcknowledgedLongEnoughAgo) {
  send(1, 100);
  send(2, 100);
  window.acknowledged(100, at(10));
  EXPECT_EQ(window.next_settlement(), at(15));
  EXPECT_THAT(settled(at(14)), testing::IsEmpty());
  window.acknowledged(200, at(14));
  EXPECT_THAT(settled(at(15)), testing::ElementsAre(1));
  EXPECT_THAT(settled(at(19)), testing::ElementsAre(2));
  EXPECT_EQ(window.requests(), 0U);
  EXPECT_EQ(window.unsettled_bytes(), 0U);
}

TEST_F(ConfirmWindowTest, CountsTheWaitFromTheAcknowledgementNotFromTheSending) {
  send(1, 100);
  window.acknowledged(50, at(0));
  window.acknowledged(100, at(60));
  EXPECT_THAT(settled(at(60)), testing::IsEmpty());
  EXPECT_THAT(settled(at(65)), testing::ElementsAre(1));
}

TEST_F(ConfirmWindowTest, SettlesByBytesThatWereAcknowledgedAfterwards) {
  send(1, 100);
  send(2, 999);
  window.acknowledged(1099, at(0));
  EXPECT_THAT(settled(at(0)), testing::IsEmpty());
  send(3, 1);
  window.acknowledged(1100, at(0));
  EXPECT_THAT(settled(at(0)), testing::ElementsAre(1));
  EXPECT_EQ(window.unsettled_bytes(), 1000U);
}

TEST_F(ConfirmWindowTest, FailsEverythingInOrderAndStartsAnew) {
  send(1, 100);
  send(2, 100);
  window.add(3, 100);
  window.acknowledged(100, at(0));
  std::vector<Outcome> outcomes;
  EXPECT_EQ(window.fail("connection", "reset", outcomes), 300U);
  ASSERT_EQ(outcomes.size(), 3U);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].request, i + 1);
    EXPECT_EQ(outcomes[i].kind, Kind::kRetry);
    EXPECT_EQ(outcomes[i].reason, "connection");
  }
  position = 0;
  send(4, 50);
  EXPECT_THAT(settled(at(100)), testing::IsEmpty());
  window.acknowledged(50, at(100));
  EXPECT_THAT(settled(at(105)), testing::ElementsAre(4));
}

}  // namespace
}  // namespace supercargo
