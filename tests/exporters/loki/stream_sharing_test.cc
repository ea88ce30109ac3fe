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
  EXPECT_EQ(sharing_of({kSecond}, 10, kNow + std::chrono::minutes(31)), Sharing::kAlone);
  memory_.streams.of(0, kStream).accepted_alone = {};
  EXPECT_EQ(sharing_of({kSecond}), Sharing::kAlone);
}

}  // namespace
}  // namespace supercargo
