#include "exporters/gelf/confirm_patience.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using std::chrono::seconds;

TEST(ConfirmPatience, IsShortenedBySecondCloseThatCameTooSoon) {
  ConfirmPatience patience(seconds(10));
  EXPECT_TRUE(patience.closed(seconds(4)));
  EXPECT_EQ(patience.confirm_after(), seconds(10));
  EXPECT_TRUE(patience.closed(seconds(6)));
  EXPECT_EQ(patience.confirm_after(), seconds(3));
  EXPECT_TRUE(patience.closed(seconds(4)));
  EXPECT_EQ(patience.confirm_after(), seconds(2));
}

TEST(ConfirmPatience, CountsOnlyClosesInARow) {
  ConfirmPatience patience(seconds(10));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(patience.closed(seconds(4)));
    patience.failed();
    EXPECT_TRUE(patience.closed(seconds(4)));
    EXPECT_FALSE(patience.closed(Milliseconds(999))) << "it may not have read them yet";
  }
  EXPECT_EQ(patience.confirm_after(), seconds(10));
}

TEST(ConfirmPatience, ReturnsWhenAConnectionRestsForTheWholeTime) {
  ConfirmPatience patience(seconds(10));
  (void)patience.closed(seconds(4));
  (void)patience.closed(seconds(4));
  patience.rested(seconds(9));
  EXPECT_EQ(patience.confirm_after(), seconds(2));
  patience.rested(seconds(10));
  EXPECT_EQ(patience.confirm_after(), seconds(10));
}

TEST(ConfirmPatience, IsNotShortenedBelowWhatIsConfigured) {
  ConfirmPatience patience(Milliseconds(1'500));
  (void)patience.closed(Milliseconds(1'200));
  (void)patience.closed(Milliseconds(1'200));
  EXPECT_EQ(patience.confirm_after(), Milliseconds(600));
  ConfirmPatience none(Milliseconds(0));
  EXPECT_FALSE(none.closed(seconds(2)));
}

}  // namespace
}  // namespace supercargo
