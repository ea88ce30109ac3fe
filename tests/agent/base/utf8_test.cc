#include "agent/base/utf8.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string repaired(std::string_view text) {
  std::string out;
  append_valid_utf8(out, text);
  return out;
}

TEST(Utf8, AcceptsAsciiOfEveryLength) {
  const std::string text(40, 'a');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_EQ(valid_utf8_prefix(text.substr(0, size)), size);
  }
}

TEST(Utf8, AcceptsSequencesOfEveryLength) {
  const std::string_view text = "a\u00e9b\u20acc\U0001F600d\U0010FFFF";
  EXPECT_EQ(valid_utf8_prefix(text), text.size());
  EXPECT_EQ(repaired(text), text);
}

TEST(Utf8, FindsABadByteAtEveryPlace) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'a');
    text[at] = '\xFF';
    EXPECT_EQ(valid_utf8_prefix(text), at);
  }
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndTooLargeValues) {
  EXPECT_EQ(utf8_length("\xC0\xAF"), 0U);
  EXPECT_EQ(utf8_length("\xE0\x80\xAF"), 0U);
  EXPECT_EQ(utf8_length("\xED\xA0\x80"), 0U);
  EXPECT_EQ(utf8_length("\xF0\x80\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\xF5\x80\x80\x80"), 0U);
}

TEST(Utf8, RefusesASequenceThatTheEndCuts) {
  EXPECT_EQ(utf8_length("\xE2\x82"), 0U);
  EXPECT_EQ(utf8_length("\xE2"), 0U);
}

TEST(Utf8, ReplacesEachBadByte) {
  EXPECT_EQ(repaired("ab\xFF\xFE"
                     "c"),
            "ab\uFFFD\uFFFDc");
  EXPECT_EQ(repaired("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(repaired(""), "");
}

TEST(Utf8, CutsBetweenSequences) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\u20ac", 3), "a");
  EXPECT_EQ(cut_utf8("a\u20ac", 4), "a\u20ac");
  EXPECT_EQ(cut_utf8("\u20ac", 1), "");
}

}  // namespace
}  // namespace supercargo
