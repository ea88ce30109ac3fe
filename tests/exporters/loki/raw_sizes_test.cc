#include "exporters/loki/raw_sizes.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(RawSizes, GivesBackWhatWasAdded) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  RawSizes sizes;
  sizes.add(0, 0);
  sizes.add(200, 1);
  sizes.add(kMost, kMost);
  RawSizesReader reader(sizes.view());
  for (const std::uint32_t value : {0U, 200U, kMost}) {
    ASSERT_FALSE(reader.done());
    const Amount amount = reader.next();
    EXPECT_EQ(amount.bytes, value);
    EXPECT_EQ(amount.lines, value == 200 ? 1 : value);
  }
  EXPECT_TRUE(reader.done());
}

TEST(RawSizes, TakesTwoBytesForAnOrdinaryLine) {
  RawSizes sizes;
  sizes.add(230, 1);
  EXPECT_EQ(sizes.size_bytes(), 2U);
}

TEST(RawSizes, TakesAPartOfAnother) {
  RawSizes whole;
  whole.add(1, 1);
  const std::size_t begin = whole.size_bytes();
  whole.add(300, 3);
  RawSizes part;
  part.add_packed(whole.view().substr(begin));
  RawSizesReader reader(part.view());
  const Amount amount = reader.next();
  EXPECT_EQ(amount.bytes, 300U);
  EXPECT_EQ(amount.lines, 3U);
  EXPECT_TRUE(reader.done());
}

}  // namespace
}  // namespace supercargo
