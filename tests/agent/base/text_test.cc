#include "agent/base/text.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_u64("0"), 0U);
  EXPECT_EQ(parse_u64("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_number<int>("-12"), -12);
  for (const char* text : {"", " 1", "1 ", "1x", "x", "+1", "-1", "0x10", "1.5"}) {
    EXPECT_EQ(parse_u64(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(ParseNumber, RefusesOverflowInsteadOfWrapping) {
  EXPECT_EQ(parse_u64("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(parse_number<std::int8_t>("-129"), std::nullopt);
}

TEST(ParseNumber, ReadsTheDoublesOfKernelFiles) {
  EXPECT_EQ(parse_number<double>("0.25"), 0.25);
  EXPECT_EQ(parse_number<double>("1e3"), 1000.0);
  for (const char* text : {"0.25,", "nan", "inf", "-infinity", "1e999", ".", ""}) {
    EXPECT_EQ(parse_number<double>(text), std::nullopt) << text;
  }
}

TEST(TakeUntil, CutsAtTheFirstSeparatorAndDropsIt) {
  std::string_view rest = "a:b:c";
  EXPECT_EQ(take_until(rest, ':'), "a");
  EXPECT_EQ(rest, "b:c");
  EXPECT_EQ(take_until(rest, ':'), "b");
  EXPECT_EQ(take_until(rest, ':'), "c");
  EXPECT_EQ(rest, "");
  EXPECT_EQ(take_until(rest, ':'), "");
}

TEST(TakeUntil, GivesAnEmptyHeadBeforeALeadingSeparator) {
  std::string_view rest = "\nline";
  EXPECT_EQ(take_until(rest, '\n'), "");
  EXPECT_EQ(rest, "line");
}

TEST(TakeWord, SkipsRunsOfBlanksAndTabs) {
  std::string_view rest = " \t cpu0  12\t34 ";
  EXPECT_EQ(take_word(rest), "cpu0");
  EXPECT_EQ(take_word(rest), "12");
  EXPECT_EQ(take_word(rest), "34");
  EXPECT_EQ(take_word(rest), "");
  EXPECT_EQ(rest, "");
}

TEST(TakeWord, DoesNotTakeALineEndForABlank) {
  std::string_view rest = "a\nb";
  EXPECT_EQ(take_word(rest), "a\nb");
}

TEST(Trim, RemovesBlanksTabsAndLineEndsOnBothSides) {
  EXPECT_EQ(trim(" \t\r\nmax 100\r\n"), "max 100");
  EXPECT_EQ(trim("x"), "x");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \n "), "");
}

}  // namespace
}  // namespace supercargo
