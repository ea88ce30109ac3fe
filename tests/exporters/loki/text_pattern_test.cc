#include "exporters/loki/text_pattern.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::size_t matched(std::string_view pattern, std::string_view text) {
  LokiRefusal ignored;
  return match_pattern(pattern, text, ignored);
}

LokiRefusal read(std::string_view pattern, std::string_view text) {
  LokiRefusal refusal;
  EXPECT_EQ(match_pattern(pattern, text, refusal), text.size());
  return refusal;
}

TEST(TextPattern, MatchesTheFrontOfAText) {
  EXPECT_EQ(matched("entry", "entry too far"), 5U);
  EXPECT_EQ(matched("Entry", "eNTRY"), 5U);
  EXPECT_EQ(matched("entry", "an entry"), 0U);
  EXPECT_EQ(matched("entry", "ent"), 0U);
}

TEST(TextPattern, ReadsNumbersSizesAndTimes) {
  const LokiRefusal refusal =
      read("size %z of %l, %i out of %o at %t, %b", "size 1 of 2, 3 out of 4 at 5, 1.5");
  EXPECT_EQ(refusal.size, 1U);
  EXPECT_EQ(refusal.limit_bytes, 2U);
  EXPECT_EQ(refusal.ignored, 3U);
  EXPECT_EQ(refusal.total, 4U);
  EXPECT_EQ(refusal.time_ns, 5'000'000'000);
  EXPECT_EQ(refusal.bound_ns, 1'500'000'000);
  EXPECT_EQ(read("limit: %r/sec", "limit: 64KB/sec").limit_bytes, 65'536U);
}

TEST(TextPattern, EndsItsLastValueWithTheWord) {
  LokiRefusal refusal;
  EXPECT_EQ(match_pattern("limit %l", "limit 15; more", refusal), 8U);
  EXPECT_EQ(refusal.limit_bytes, 15U);
}

TEST(TextPattern, ReadsSelectorsThatContainWhatFollowsThem) {
  EXPECT_EQ(read("stream '%s' has", R"(stream '{a="x' has"}' has)").stream, R"({a="x' has"})");
}

TEST(TextPattern, ReadsWhatStandsInASelectorsPlace) {
  EXPECT_EQ(read("labels '%s' with", "labels 'nonsense{' with").stream, "nonsense{");
  EXPECT_EQ(matched("labels '%s' with", "labels 'nonsense"), 0U);
}

TEST(TextPattern, PassesOverAnyText) {
  EXPECT_EQ(read("user '%*', limit %l", "user 'it's me', limit 3").limit_bytes, 3U);
}

TEST(TextPattern, DoesNotMatchValuesOfAnotherKind) {
  EXPECT_EQ(matched("limit %l", "limit x"), 0U);
  EXPECT_EQ(matched("limit %l", "limit -1"), 0U);
  EXPECT_EQ(matched("limit: %r/", "limit: 3XB/"), 0U);
  EXPECT_EQ(matched("at %t", "at noon"), 0U);
}

TEST(TextPattern, IsTakenByTheFirstThatMatches) {
  constexpr std::array kPatterns{TextPattern{RefusalCause::kTooNew, "limit %l, %z"},
                                 TextPattern{RefusalCause::kTooOld, "limit %z"}};
  LokiRefusal refusal;
  EXPECT_EQ(match_any_pattern(kPatterns, "limit 7", refusal), 7U);
  EXPECT_EQ(refusal.cause, RefusalCause::kTooOld);
  EXPECT_EQ(refusal.limit_bytes, 0U);
  EXPECT_EQ(refusal.size, 7U);
  EXPECT_EQ(match_any_pattern(kPatterns, "limits", refusal), 0U);
}

}  // namespace
}  // namespace supercargo
