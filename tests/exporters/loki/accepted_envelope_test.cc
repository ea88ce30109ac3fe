#include "exporters/loki/accepted_envelope.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

SteadyTime at(double seconds) {
  return SteadyTime{} + std::chrono::hours(24) +
         Milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// `bytes` each `period` seconds, from 0 to `end`.
StreamRate steady(std::uint64_t bytes, int period, int end) {
  StreamRate rate;
  for (int time = 0; time <= end; time += period) {
    rate.add(at(time), bytes);
  }
  return rate;
}

TEST(StreamRate, AddsUpWhatEachSpanSaw) {
  StreamRate rate;
  rate.add(at(0), 1);
  rate.add(at(3), 10);
  rate.add(at(60), 100);
  rate.add(at(1000), 1'000);
  EXPECT_EQ(rate.with(at(1000), 7), (SpanBytes{1'007, 1'007, 1'007, 1'007, 1'007, 1'118}));
  EXPECT_EQ(rate.with(at(1002), 0), (SpanBytes{0, 1'000, 1'000, 1'000, 1'000, 1'111}));
  EXPECT_EQ(rate.with(at(5000), 3), (SpanBytes{3, 3, 3, 3, 3, 3}));
}

TEST(StreamRate, ForgetsWhatIsOlderThanASpanAndAnEighth) {
  StreamRate rate;
  for (int i = 0; i < 1000; ++i) {
    rate.add(at(i * 0.1), 1);
  }
  const SpanBytes sums = rate.with(at(99.9), 0);
  EXPECT_GE(sums[0], 10U);
  EXPECT_LE(sums[0], 12U);
  EXPECT_GE(sums[1], 40U);
  EXPECT_LE(sums[1], 45U);
  EXPECT_GE(sums[3], 640U);
  EXPECT_LE(sums[3], 720U);
  EXPECT_EQ(sums[4], 1000U);
}

TEST(StreamRate, ShowsNothingForBytesThatLokiMayNotHave) {
  StreamRate rate;
  rate.add(at(0), 10);
  rate.add_unsure(at(0.5), 100);
  rate.add(at(1), 1);
  EXPECT_EQ(rate.with(at(1), 7), (SpanBytes{118, 118, 118, 118, 118, 118}));
  EXPECT_EQ(rate.accepted(at(1)), (SpanBytes{11, 11, 11, 11, 11, 11}));
  EXPECT_EQ(rate.accepted(at(3)), (SpanBytes{0, 11, 11, 11, 11, 11}));
}

TEST(StreamRate, HoldsMoreThanFitsItsSlots) {
  StreamRate rate;
  rate.add(at(0), std::uint64_t{1} << 60U);
  rate.add(at(0), 1);
  EXPECT_EQ(rate.with(at(0), 0)[0], 0xFFFFFFFFU);
}

TEST(AcceptedEnvelope, CoversNothingAtFirst) {
  const AcceptedEnvelope envelope;
  EXPECT_FALSE(envelope.covers(StreamRate().with(at(0), 1)));
}

TEST(AcceptedEnvelope, CoversStreamsThatAreNotAboveOneThatWasAccepted) {
  AcceptedEnvelope envelope;
  envelope.accepted(steady(1'000, 1, 100).with(at(100.5), 0));
  EXPECT_TRUE(envelope.covers(steady(900, 1, 100).with(at(100.5), 0)));
  EXPECT_TRUE(envelope.covers(StreamRate().with(at(101), 1'000)));
  EXPECT_FALSE(envelope.covers(steady(1'100, 1, 100).with(at(100.5), 0)));
  EXPECT_FALSE(envelope.covers(StreamRate().with(at(101), 2'500)));
}

TEST(AcceptedEnvelope, CoversNoLastingRateForABurst) {
  AcceptedEnvelope envelope;
  envelope.accepted(StreamRate().with(at(0), 10'000));
  EXPECT_TRUE(envelope.covers(StreamRate().with(at(5), 10'000)));
  EXPECT_FALSE(envelope.covers(steady(10'000, 10, 20).with(at(21), 0)));
}

TEST(AcceptedEnvelope, ForgetsAfterARefusalAndStaysBelowItsLimit) {
  AcceptedEnvelope envelope;
  envelope.accepted(StreamRate().with(at(0), 10'000));
  envelope.refused(1'000);
  EXPECT_FALSE(envelope.covers(StreamRate().with(at(5), 1)));
  envelope.accepted(StreamRate().with(at(6), 900));
  EXPECT_TRUE(envelope.covers(StreamRate().with(at(7), 800)));
  EXPECT_FALSE(envelope.covers(StreamRate().with(at(7), 801)));
}

TEST(AcceptedEnvelope, KeepsTheLimitWhenARefusalTellsNone) {
  AcceptedEnvelope envelope;
  envelope.refused(1'000);
  envelope.refused(0);
  envelope.accepted(StreamRate().with(at(6), 900));
  EXPECT_FALSE(envelope.covers(StreamRate().with(at(7), 801)));
}

}  // namespace
}  // namespace supercargo
