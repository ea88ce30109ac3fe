#include "exporters/loki/stream_sharing.h"

#include <initializer_list>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
const SteadyTime kNow = SteadyTime{} + std::chrono::hours(24);

class StreamSharing : public ::testing::Test {
 protected:
  StreamSharing() {
    memory_.tenants.emplace_back();
    memory_.tenants[0].envelope.accepted({1000, 1000, 1000, 1000, 1000, 1000});
    memory_.streams.of(0, kStream).accepted_alone = kNow;
    memory_.streams.of(0, kStream).written = kNow;
    memory_.streams.of(0, kStream).newest_ns = 0;
  }

  Sharing sharing_of(std::initializer_list<std::int64_t> times_ns,
                     std::uint64_t bytes = 10,
                     SteadyTime now = kNow) {
    PlannedStream stream;
    stream.sums.stream = kStream;
    stream.sums.loki_bytes = bytes;
    for (const std::int64_t time_ns : times_ns) {
      stream.sums.times.add(time_ns);
    }
    classify(memory_, stream, now);
    return stream.sharing;
  }

  static constexpr std::uint64_t kStream = 7;
  LokiMemory memory_;
};

TEST_F(StreamSharing, WhatWasTakenAloneMayShare) {
  EXPECT_EQ(sharing_of({kSecond}), Sharing::kShared);
}

TEST_F(StreamSharing, LinesOfManySecondsInOrderMayShare) {
  EXPECT_EQ(sharing_of({kSecond, 5 * kSecond, 90 * kSecond}), Sharing::kShared);
}

TEST_F(StreamSharing, ALineFarBehindTheNewestBeforeItGoesAlone) {
  EXPECT_EQ(sharing_of({5 * kSecond, 2 * kSecond}), Sharing::kAlone);
  memory_.streams.of(0, kStream).newest_ns = 9 * kSecond;
  EXPECT_EQ(sharing_of({5 * kSecond}), Sharing::kAlone) << "Loki has a newer one";
}

TEST_F(StreamSharing, MoreThanWasSeenTakenWaitsForAScout) {
  EXPECT_EQ(sharing_of({kSecond}, 1001), Sharing::kBehindScout);
}

TEST_F(StreamSharing, AStreamThatMayBeGoneGoesAlone) {
  const SteadyTime later = kNow + std::chrono::minutes(29);
  EXPECT_EQ(sharing_of({kSecond}, 10, later), Sharing::kAlone) << "it was at rest";
  memory_.streams.of(0, kStream).written = later;
  EXPECT_EQ(sharing_of({kSecond}, 10, later), Sharing::kShared);
  memory_.streams.of(0, kStream).written = later + std::chrono::minutes(2);
  EXPECT_EQ(sharing_of({kSecond}, 10, later + std::chrono::minutes(2)), Sharing::kAlone);
  memory_.streams.of(0, kStream).accepted_alone = {};
  EXPECT_EQ(sharing_of({kSecond}), Sharing::kAlone);
}

TEST_F(StreamSharing, WhereStreamsHadNoRoomEachIsAskedForAgainEveryMinute) {
  memory_.tenants[0].no_room.learn(kNow, 1);
  EXPECT_EQ(sharing_of({kSecond}), Sharing::kShared);
  const SteadyTime later = kNow + std::chrono::seconds(61);
  memory_.streams.of(0, kStream).written = later;
  EXPECT_EQ(sharing_of({kSecond}, 10, later), Sharing::kAlone);
}

TEST_F(StreamSharing, NoneSharesWhileTheLimitsOfStreamsChange) {
  memory_.tenants[0].learn_stream_rate(kNow, 1'000);
  memory_.tenants[0].envelope.accepted({100, 100, 100, 100, 100, 100});
  const SteadyTime later = kNow + std::chrono::seconds(26);
  memory_.streams.of(0, kStream).written = later;
  EXPECT_EQ(sharing_of({kSecond}), Sharing::kAlone);
  EXPECT_EQ(sharing_of({kSecond}, 10, later), Sharing::kShared);
  memory_.tenants[0].learn_stream_rate(later, 1'000);
  memory_.tenants[0].envelope.accepted({100, 100, 100, 100, 100, 100});
  EXPECT_EQ(sharing_of({kSecond}, 10, later), Sharing::kShared) << "the limit is what it was";
}

TEST_F(StreamSharing, CountsWhatWasSentSinceAnAnswerSpokeOfTheStream) {
  memory_.streams.of(0, kStream).unproven_bytes = 90;
  PlannedStream stream;
  stream.sums.stream = kStream;
  stream.sums.loki_bytes = 10;
  classify(memory_, stream, kNow);
  EXPECT_EQ(stream.unproven_bytes, 100U);
}

}  // namespace
}  // namespace supercargo
