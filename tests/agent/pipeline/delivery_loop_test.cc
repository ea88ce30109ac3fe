#include "agent/pipeline/delivery_loop.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const SteadyTime kBegin{seconds(1'000)};

// What source and sender have seen, and what they are to do next. Outlives both.
struct World {
  std::uint64_t readable = 0;
  std::optional<SteadyTime> oldest;
  std::uint64_t delayed = 0;
  std::optional<SteadyTime> look_at;
  std::uint64_t bytes_per_turn = 100;
  std::uint64_t sent_per_byte = 1;  // 0: what is read brings nothing to send
  std::vector<std::string> events;
  int drains = 0;
  int saves = 0;
  int forced_saves = 0;
  bool held = false;

  bool ready = true;
  std::size_t open = 0;
  std::map<RequestId, std::size_t> in_flight;
  std::vector<Outcome> next_outcomes;
  std::vector<Milliseconds> waits;
};

class FakeSource : public RecordSource {
 public:
  explicit FakeSource(World& world) : world_(world) {}

  Backlog refresh(SteadyTime /*now*/, bool /*ordered*/) override {
    return {world_.readable,
            world_.readable > 0 ? world_.oldest : std::nullopt,
            world_.delayed,
            world_.look_at};
  }

  void begin_drain(SteadyTime /*now*/) override { ++world_.drains; }

  std::size_t read_turn(RequestId /*request*/, std::size_t max_bytes, Sender& /*out*/) override {
    const std::uint64_t bytes =
        std::min({world_.readable, world_.bytes_per_turn, std::uint64_t{max_bytes}});
    world_.readable -= bytes;
    world_.open += bytes * world_.sent_per_byte;
    return bytes;
  }

  void settle_parts(RequestId request,
                    std::span<const Outcome::Part> parts,
                    SteadyTime /*now*/) override {
    event("parts " + std::to_string(parts.size()) + " of", request);
  }

  void settle(RequestId request) override { event("settle", request); }

  void rewind(RequestId request) override {
    event("rewind", request);
    world_.readable += 100;
  }

  void drop(RequestId request, std::string_view reason) override {
    event("drop " + std::string(reason), request);
  }

  void note_hold(bool held) override { world_.held = held; }

  void save(SteadyTime /*now*/, bool force) override {
    ++(force ? world_.forced_saves : world_.saves);
  }

 private:
  void event(const std::string& what, RequestId request) {
    world_.events.push_back(what + " " + std::to_string(request));
  }

  World& world_;
};

class FakeSender : public Sender {
 public:
  explicit FakeSender(World& world) : world_(world) {}

  [[nodiscard]] bool ready() const override { return world_.ready; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& /*batch*/) override {}

  [[nodiscard]] std::size_t open_bytes() const override { return world_.open; }

  void send(RequestId id) override {
    world_.in_flight[id] = std::exchange(world_.open, 0);
    world_.events.push_back("send " + std::to_string(id));
  }

  void wait(int /*wake_fd*/, Milliseconds timeout, std::vector<Outcome>& outcomes) override {
    world_.waits.push_back(timeout);
    for (Outcome& outcome : std::exchange(world_.next_outcomes, {})) {
      world_.in_flight.erase(outcome.request);
      outcomes.push_back(std::move(outcome));
    }
  }

  [[nodiscard]] std::size_t in_flight() const override { return world_.in_flight.size(); }

 private:
  World& world_;
};

class DeliveryLoopTest : public testing::Test {
 protected:
  static DeliveryConfig config() {
    DeliveryConfig config;
    config.batch_bytes = 128 << 10;
    config.batch_wait = Milliseconds(500);
    return config;
  }

  void make(const DeliveryConfig& config) {
    loop_ = std::make_unique<DeliveryLoop>(OutputIdentity{"out", "loki", "http://loki"},
                                           config,
                                           std::make_unique<FakeSource>(world_),
                                           std::make_unique<FakeSender>(world_),
                                           metrics_);
  }

  void SetUp() override { make(config()); }

  // One turn at the real time: outcomes are handled at that of the loop's clock.
  bool turn() { return loop_->turn(steady_now()); }

  void answer(Outcome::Kind kind, RequestId request, Milliseconds retry_after = Milliseconds(0)) {
    world_.next_outcomes.push_back({request, kind, "reason", "words", retry_after});
  }

  void make_due(std::uint64_t bytes = 100) {
    world_.readable = bytes;
    world_.oldest = kBegin - seconds(1);
  }

  World world_;
  SelfMetrics metrics_;
  std::unique_ptr<DeliveryLoop> loop_;
};

TEST_F(DeliveryLoopTest, WaitsWhileThereIsNothing) {
  EXPECT_TRUE(loop_->turn(kBegin));
  EXPECT_THAT(world_.events, IsEmpty());
  EXPECT_THAT(world_.waits, ElementsAre(Milliseconds(1'000)));
  EXPECT_EQ(loop_->status().state, OutputStatus::State::kIdle);
}

TEST_F(DeliveryLoopTest, ASmallBatchWaitsForMoreUntilItIsOldEnough) {
  world_.readable = 100;
  world_.oldest = kBegin;
  loop_->turn(kBegin);
  EXPECT_THAT(world_.events, IsEmpty());
  EXPECT_EQ(world_.waits.back(), Milliseconds(500));
  loop_->turn(kBegin + Milliseconds(499));
  EXPECT_THAT(world_.events, IsEmpty());
  EXPECT_EQ(world_.waits.back(), Milliseconds(1));
  loop_->turn(kBegin + Milliseconds(500));
  EXPECT_THAT(world_.events, ElementsAre("send 1"));
  EXPECT_EQ(loop_->status().state, OutputStatus::State::kSending);
}

TEST_F(DeliveryLoopTest, AFullBatchGoesAtOnceAndOneRequestATurn) {
  world_.bytes_per_turn = 10'000;
  world_.readable = 300 << 10;
  world_.oldest = kBegin;
  loop_->turn(kBegin);
  EXPECT_THAT(world_.events, ElementsAre("send 1"));
  EXPECT_EQ(world_.in_flight.at(1), 128U << 10);
  EXPECT_EQ(world_.waits.back(), Milliseconds(0)) << "more is due";
  loop_->turn(kBegin);
  EXPECT_THAT(world_.events, ElementsAre("send 1", "send 2"));
}

TEST_F(DeliveryLoopTest, PartsHaveTheirOwnFateAndTheOthersGoOn) {
  make_due();
  loop_->turn(kBegin);
  answer(Outcome::Kind::kDelivered, 1);
  Outcome::Part waits;
  waits.kind = Outcome::Kind::kRetry;
  waits.reason = "stream_rate";
  world_.next_outcomes.back().parts = {waits, {}};
  loop_->turn(kBegin);
  EXPECT_THAT(world_.events, ElementsAre("send 1", "parts 2 of 1", "settle 1"));
  make_due();
  loop_->turn(kBegin);
  EXPECT_EQ(world_.events.back(), "send 2") << "the output as a whole does not wait";
}

TEST_F(DeliveryLoopTest, WaitsForASenderThatIsNotReady) {
  make_due();
  world_.ready = false;
  loop_->turn(kBegin);
  EXPECT_THAT(world_.events, IsEmpty());
  EXPECT_GT(world_.waits.back(), Milliseconds(0)) << "it must not spin";
  EXPECT_TRUE(world_.held);
  world_.ready = true;
  loop_->turn(kBegin);
  EXPECT_FALSE(world_.held);
}

TEST_F(DeliveryLoopTest, ReadsABoundedAmountATurnWhereNothingIsToBeSent) {
  world_.bytes_per_turn = 10'000;
  world_.sent_per_byte = 0;
  make_due(100 << 20);
  loop_->turn(kBegin);
  EXPECT_GT(world_.readable, 99U << 20);
  EXPECT_EQ(world_.waits.back(), Milliseconds(0));
}

TEST_F(DeliveryLoopTest, HoldsLessWhileTheAgentIsShortOfMemory) {
  world_.bytes_per_turn = 1 << 20;
  make_due(10 << 20);
  loop_->set_memory_pressure(1);
  for (int i = 0; i < 5; ++i) {
    loop_->turn(kBegin);
  }
  EXPECT_THAT(world_.events, ElementsAre("send 1", "send 2")) << "of four";
  EXPECT_EQ(world_.in_flight.at(1), 64U << 10);
  EXPECT_GT(world_.waits.back(), Milliseconds(0)) << "it must not spin";
  loop_->set_memory_pressure(0);
  loop_->turn(kBegin);
  EXPECT_EQ(world_.in_flight.at(3), 128U << 10);
}

TEST_F(DeliveryLoopTest, LooksAgainWhenALimitAllowsMoreAndDoesNotSpinUntilThen) {
  world_.delayed = 1'000;
  world_.look_at = kBegin + Milliseconds(70);
  EXPECT_TRUE(loop_->turn(kBegin));
  EXPECT_THAT(world_.events, IsEmpty());
  EXPECT_EQ(world_.waits.back(), Milliseconds(70));
}

TEST_F(DeliveryLoopTest, ALimitDoesNotEndADrainBeforeItsDeadline) {
  world_.delayed = 1'000;
  world_.look_at = kBegin + Milliseconds(70);
  loop_->begin_stop(kBegin + seconds(20));
  EXPECT_TRUE(loop_->turn(kBegin));
  EXPECT_EQ(world_.waits.back(), Milliseconds(70));
  EXPECT_FALSE(loop_->turn(kBegin + seconds(20)));
}

TEST_F(DeliveryLoopTest, TheSourceIsToldOnceThatTheEndIsNear) {
  turn();
  EXPECT_EQ(world_.drains, 0);
  world_.delayed = 1'000;
  loop_->begin_stop(kBegin + seconds(20));
  EXPECT_TRUE(loop_->turn(kBegin));
  EXPECT_TRUE(loop_->turn(kBegin));
  EXPECT_EQ(world_.drains, 1);
}

TEST_F(DeliveryLoopTest, ADeliveredRequestIsSettledAndSoonSaved) {
  make_due();
  turn();
  answer(Outcome::Kind::kDelivered, 1);
  turn();
  EXPECT_THAT(world_.events, ElementsAre("send 1", "settle 1"));
  turn();
  EXPECT_LE(world_.waits.back(), Milliseconds(100)) << "a kill may repeat 100 ms, not a second";
  EXPECT_EQ(metrics_.counter(pipeline_metrics::kRequests, {"out", "delivered"}).Value(), 1);
  EXPECT_EQ(metrics_.counter(pipeline_metrics::kRequestBytes, {"out"}).Value(), 100);
}

TEST_F(DeliveryLoopTest, AFailedRequestIsRewoundAndTriedAgainAfterTheBackOff) {
  make_due();
  turn();
  answer(Outcome::Kind::kRetry, 1);
  turn();
  const SteadyTime failed = steady_now();
  EXPECT_THAT(world_.events, ElementsAre("send 1", "rewind 1"));
  loop_->turn(failed);
  EXPECT_EQ(world_.events.size(), 2U) << "not before the back-off's least";
  EXPECT_TRUE(world_.held);
  EXPECT_GT(world_.waits.back(), Milliseconds(100));
  EXPECT_EQ(loop_->status().state, OutputStatus::State::kRetrying);
  EXPECT_EQ(loop_->status().last_error, "reason: words");
  EXPECT_EQ(metrics_.gauge(pipeline_metrics::kRetrying, {"out"}).Value(), 1);
  loop_->turn(failed + seconds(1));
  EXPECT_EQ(world_.events.back(), "send 2");
}

TEST_F(DeliveryLoopTest, WaitsAsLongAsTheReceiverAsks) {
  make_due();
  turn();
  answer(Outcome::Kind::kRetry, 1, seconds(60));
  turn();
  const SteadyTime failed = steady_now();
  loop_->turn(failed + seconds(58));
  EXPECT_EQ(world_.events.back(), "rewind 1");
  loop_->turn(failed + seconds(61));
  EXPECT_EQ(world_.events.back(), "send 2");
}

TEST_F(DeliveryLoopTest, ASuccessOfAnOlderRequestDoesNotEndTheWait) {
  make_due(300 << 10);
  world_.bytes_per_turn = 10'000;
  turn();
  turn();
  answer(Outcome::Kind::kRetry, 2, seconds(60));
  answer(Outcome::Kind::kDelivered, 1);
  turn();
  loop_->turn(steady_now() + seconds(30));
  EXPECT_EQ(world_.events.back(), "settle 1");
}

TEST_F(DeliveryLoopTest, FailuresThatComeTogetherAreOneFailure) {
  DeliveryConfig together = config();
  together.backoff = {Milliseconds(1'000), Milliseconds(64'000)};
  make(together);
  make_due(900 << 10);
  world_.bytes_per_turn = 10'000;
  for (int i = 0; i < 6; ++i) {
    turn();
  }
  for (RequestId request = 1; request <= 6; ++request) {
    answer(Outcome::Kind::kRetry, request);
  }
  turn();
  const std::size_t events = world_.events.size();
  loop_->turn(steady_now() + seconds(1));
  EXPECT_EQ(world_.events.size(), events + 1) << "not 32 seconds later";
}

TEST_F(DeliveryLoopTest, ARefusedRequestIsDroppedWithItsReasonAndNothingWaits) {
  make_due();
  turn();
  answer(Outcome::Kind::kRefused, 1);
  turn();
  EXPECT_THAT(world_.events, ElementsAre("send 1", "drop reason 1"));
  make_due();
  turn();
  EXPECT_EQ(world_.events.back(), "send 2");
}

TEST_F(DeliveryLoopTest, ATooLargeRequestIsSentAgainInSmallerOnesAndTheSizeRecovers) {
  world_.bytes_per_turn = 1'000;
  make_due(10 << 20);
  turn();
  answer(Outcome::Kind::kTooLarge, 1);
  turn();  // request 2 was sent before the answer
  EXPECT_EQ(world_.events.back(), "rewind 1");
  turn();
  EXPECT_EQ(world_.in_flight.at(3), 64U << 10);
  answer(Outcome::Kind::kDelivered, 3);
  turn();
  turn();
  EXPECT_EQ(world_.in_flight.rbegin()->second, (64U << 10) / 8 * 9);
}

TEST_F(DeliveryLoopTest, OnlyASingleLineIsGivenUpAsTooLarge) {
  DeliveryConfig small = config();
  small.batch_bytes = 8 << 10;
  make(small);
  world_.bytes_per_turn = 10'000;
  make_due(10 << 20);
  turn();
  turn();
  answer(Outcome::Kind::kTooLarge, 1);
  answer(Outcome::Kind::kTooLarge, 2);
  turn();  // request 3 is as large
  EXPECT_THAT(std::vector<std::string>(world_.events.begin() + 3, world_.events.end()),
              ElementsAre("rewind 1", "rewind 2"));
  turn();
  EXPECT_EQ(world_.in_flight.at(4), 4U << 10);
  answer(Outcome::Kind::kTooLarge, 4);
  turn();  // request 5 is as large as 4
  world_.sent_per_byte = 3'000;
  turn();
  EXPECT_EQ(world_.in_flight.at(6), 3'000U) << "the source was asked for one line (here a byte)";
  answer(Outcome::Kind::kTooLarge, 6);
  turn();
  EXPECT_EQ(world_.events.back(), "drop reason 6");
  EXPECT_EQ(loop_->status().last_error, "reason: words");
}

TEST_F(DeliveryLoopTest, AShortLineIsNeverTooLargeAndNotGivenUp) {
  DeliveryConfig small = config();
  small.batch_bytes = 4 << 10;
  make(small);
  world_.bytes_per_turn = 10'000;
  make_due(10 << 20);
  turn();
  answer(Outcome::Kind::kTooLarge, 1);
  turn();
  turn();
  EXPECT_EQ(world_.in_flight.at(3), 1U);
  answer(Outcome::Kind::kTooLarge, 3);
  turn();
  EXPECT_EQ(world_.events.back(), "rewind 3");
  turn();
  EXPECT_EQ(loop_->status().state, OutputStatus::State::kRetrying) << "with a back-off";
}

TEST_F(DeliveryLoopTest, TheSizeRecoversFromASingleLine) {
  DeliveryConfig small = config();
  small.batch_bytes = 4 << 10;
  make(small);
  world_.bytes_per_turn = 10'000;
  make_due(10 << 20);
  turn();
  answer(Outcome::Kind::kTooLarge, 1);
  turn();
  turn();
  answer(Outcome::Kind::kDelivered, 3);
  turn();
  turn();
  EXPECT_EQ(world_.in_flight.rbegin()->second, 4U << 10);
}

TEST_F(DeliveryLoopTest, NoLongerSaysThatItRetriesOnceItHasEnded) {
  make_due();
  turn();
  answer(Outcome::Kind::kRetry, 1);
  turn();
  turn();
  ASSERT_EQ(metrics_.gauge(pipeline_metrics::kRetrying, {"out"}).Value(), 1);
  loop_->begin_stop(steady_now());
  loop_->start();
  loop_->join();
  EXPECT_EQ(metrics_.gauge(pipeline_metrics::kRetrying, {"out"}).Value(), 0);
}

TEST_F(DeliveryLoopTest, DrainsWithoutWaitingForFullBatches) {
  world_.readable = 100;
  world_.oldest = steady_now();
  loop_->begin_stop(steady_now() + seconds(20));
  EXPECT_TRUE(turn());
  EXPECT_THAT(world_.events, ElementsAre("send 1"));
  answer(Outcome::Kind::kDelivered, 1);
  EXPECT_TRUE(turn());
  EXPECT_FALSE(turn()) << "nothing is left";
}

TEST_F(DeliveryLoopTest, DrainingEndsAtItsDeadline) {
  make_due();
  const SteadyTime deadline = steady_now() + seconds(20);
  loop_->begin_stop(deadline);
  EXPECT_TRUE(loop_->turn(deadline - seconds(10)));
  EXPECT_FALSE(loop_->turn(deadline));
}

TEST_F(DeliveryLoopTest, ItsThreadDrainsSavesAndStops) {
  make_due();
  loop_->begin_stop(steady_now() + Milliseconds(1));
  loop_->start();
  loop_->join();
  EXPECT_EQ(world_.forced_saves, 1);
  EXPECT_EQ(loop_->status().state, OutputStatus::State::kStopped);
}

TEST_F(DeliveryLoopTest, IsStoppedByItsDestructor) {
  loop_->start();
  loop_->wake();
  loop_.reset();
  EXPECT_EQ(world_.forced_saves, 1);
}

}  // namespace
}  // namespace supercargo
