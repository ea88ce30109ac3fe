#include "agent/base/pressure.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParsePressure, ReadsBothTotals) {
  const auto totals = parse_pressure(
      "some avg10=0.00 avg60=0.12 avg300=0.05 total=14120872\n"
      "full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->some, 14120872U);
  EXPECT_EQ(totals->full, 5U);
}

TEST(ParsePressure, OneLineIsEnoughAndNoneIsAnError) {
  EXPECT_FALSE(parse_pressure("full total=5\n")->some);
  EXPECT_FALSE(parse_pressure("some avg10=0.00\n"));
  EXPECT_FALSE(parse_pressure("full total=x\n"));
  EXPECT_FALSE(parse_pressure(""));
}

}  // namespace
}  // namespace supercargo
