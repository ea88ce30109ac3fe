#include "exporters/loki/ingester_text.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const std::string kEntry =
    "entry with timestamp 2026-11-22 20:59:59.5 +0000 UTC ignored, reason: 'entry too far behind, "
    "entry timestamp is: 2026-11-22T20:59:59Z, oldest acceptable timestamp is: "
    "2026-11-22T21:00:00Z',\n";
const std::string kSum = "user 'fake', total ignored: 12 out of 30 for stream: {a=\"b\"}";

TEST(IngesterText, IsAListAndASum) {
  LokiRefusal refusal;
  EXPECT_EQ(match_ingester_text(kEntry + kEntry + kSum, refusal), 2 * kEntry.size() + kSum.size());
  EXPECT_EQ(refusal.cause, RefusalCause::kTooFarBehind);
  EXPECT_EQ(refusal.listed.size(), 2U);
  EXPECT_EQ(refusal.ignored, 12U);
  EXPECT_EQ(refusal.total, 30U);
  EXPECT_EQ(refusal.stream, R"({a="b"})");
}

TEST(IngesterText, EndsBehindItsStream) {
  LokiRefusal refusal;
  EXPECT_EQ(match_ingester_text(kEntry + kSum + "; more", refusal), kEntry.size() + kSum.size());
}

TEST(IngesterText, HasTheHighestOfItsBounds) {
  std::string later = kEntry;
  later.replace(later.find("21:00:00Z"), 9, "21:00:09Z");
  LokiRefusal refusal;
  EXPECT_GT(match_ingester_text(kEntry + later + kEntry, refusal), 0U);
  EXPECT_EQ(*refusal.bound_ns - *refusal.listed[0].bound_ns, 9'000'000'000);
}

TEST(IngesterText, KeepsEntriesWithReasonsThatNobodyKnows) {
  LokiRefusal refusal;
  const std::string text =
      "entry with timestamp 2026-11-22 20:59:59 +0000 UTC ignored, reason: 'it's a secret',\n";
  EXPECT_GT(match_ingester_text(text + kEntry + kSum, refusal), 0U);
  ASSERT_EQ(refusal.listed.size(), 2U);
  EXPECT_EQ(refusal.listed[0].cause, RefusalCause::kUnknown);
  EXPECT_EQ(refusal.ignored, 12U);
}

TEST(IngesterText, IsNothingElse) {
  LokiRefusal refusal;
  EXPECT_EQ(match_ingester_text(kSum, refusal), 0U);
  EXPECT_EQ(match_ingester_text("", refusal), 0U);
  EXPECT_EQ(match_ingester_text("entry with timestamp now ignored, reason: 'x'", refusal), 0U);
  EXPECT_EQ(refusal.count, 1U);
  EXPECT_TRUE(refusal.listed.empty());
}

}  // namespace
}  // namespace supercargo
