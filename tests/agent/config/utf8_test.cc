#include "agent/base/utf8.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(Utf8Length, KnowsSequencesOfEachLength) {
  EXPECT_EQ(utf8_length("\xC3\xA9z"), 2U);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4U);
}

TEST(Utf8Length, RefusesAsciiOverlongSurrogatesAndCutOnes) {
  EXPECT_EQ(utf8_length("a"), 0U);
  EXPECT_EQ(utf8_length("\xC0\x80"), 0U);
  EXPECT_EQ(utf8_length("\xE0\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\xED\xA0\x80"), 0U);
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\xE2\x82"), 0U);
  EXPECT_EQ(utf8_length("\xE2\x82z"), 0U);
}

}  // namespace
}  // namespace supercargo
