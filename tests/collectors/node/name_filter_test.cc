#include "collectors/node/name_filter.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(NameFilter, FindsThePatternAnywhereAndTakesTheFallbackWhenEmpty) {
  EXPECT_TRUE(NameFilter("b.d", "x").matches("abcde"));
  EXPECT_TRUE(NameFilter("", "^x").matches("xyz"));
  EXPECT_FALSE(NameFilter("", "^x").matches("yx"));
}

TEST(NameFilter, APatternThatIsNoneMatchesNothingAndSaysWhy) {
  const NameFilter filter("a(", "x");
  EXPECT_FALSE(filter.matches("a("));
  ASSERT_FALSE(filter.status());
  EXPECT_EQ(filter.status().error().message, "pattern \"a(\": missing ): a(");
}

}  // namespace
}  // namespace supercargo
