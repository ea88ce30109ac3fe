#include "collectors/node/name_filter.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(NameFilter, FindsItsPatternsAnywhere) {
  EXPECT_TRUE(NameFilter::including("b.d").selects("abcde"));
  EXPECT_FALSE(NameFilter::including("^b").selects("abcde"));
  EXPECT_FALSE(NameFilter::excluding("b.d").selects("abcde"));
  EXPECT_TRUE(NameFilter::excluding("^b").selects("abcde"));
}

TEST(NameFilter, WithoutAPatternSelectsEverything) {
  EXPECT_TRUE(NameFilter({}, {}).selects("x"));
  EXPECT_TRUE(NameFilter({}, {}).selects(""));
  EXPECT_TRUE(NameFilter({}, {}).status());
}

TEST(NameFilter, ExcludesFromWhatIsIncluded) {
  const NameFilter filter("^eth", "1$");
  EXPECT_TRUE(filter.selects("eth0"));
  EXPECT_FALSE(filter.selects("eth1"));
  EXPECT_FALSE(filter.selects("lo"));
}

TEST(NameFilter, APatternThatIsNoneSelectsNothingAndSaysWhy) {
  std::array<NameFilter, 2> filters{NameFilter::including("a("), NameFilter::excluding("a(")};
  for (const NameFilter& filter : filters) {
    EXPECT_FALSE(filter.selects("a("));
    EXPECT_FALSE(filter.selects("b"));
    ASSERT_FALSE(filter.status());
    EXPECT_EQ(filter.status().error().message, "pattern \"a(\": missing ): a(");
  }
}

}  // namespace
}  // namespace supercargo
