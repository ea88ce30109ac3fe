#include "collectors/node/timex.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(TimexValues, AreInSecondsAndRatios) {
  timex clock{};
  clock.offset = 1500;
  clock.freq = 65536 * 10;
  clock.maxerror = 250000;
  clock.tick = 10000;
  clock.tai = 37;
  const auto values = timex_values(clock, TIME_OK);
  EXPECT_EQ(values[0], 1);
  EXPECT_DOUBLE_EQ(values[1], 0.0015);
  EXPECT_DOUBLE_EQ(values[2], 1.00001);
  EXPECT_DOUBLE_EQ(values[3], 0.25);
  EXPECT_DOUBLE_EQ(values[7], 0.01);
  EXPECT_DOUBLE_EQ(values[16], 37);
}

TEST(TimexValues, KnowTheNanosecondModeAndTheLostSynchronisation) {
  timex clock{};
  clock.offset = 1500;
  clock.status = STA_NANO;
  const auto values = timex_values(clock, TIME_ERROR);
  EXPECT_EQ(values[0], 0);
  EXPECT_DOUBLE_EQ(values[1], 0.0000015);
}

TEST(TimexCollector, GivesEveryFamilyOrNone) {
  TimexCollector collector;
  SampleSet set(collector.families());
  const Status status = collector.collect(set);
  for (std::size_t family = 0; family < collector.families().size(); ++family) {
    EXPECT_EQ(set.samples(family).size(), status ? 1U : 0U);
  }
}

}  // namespace
}  // namespace supercargo
