#include "exporters/loki/request_fate.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using testing::IsEmpty;
using testing::SizeIs;

Outcome outcome_of(RequestFate& fate, bool works = false) {
  return std::move(fate).outcome(works);
}

TEST(RequestFate, IsDeliveredWithoutParts) {
  RequestFate fate(7, 0);
  fate.note_pass();
  const Outcome outcome = outcome_of(fate);
  EXPECT_EQ(outcome.request, 7U);
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(outcome.parts, IsEmpty());
}

TEST(RequestFate, FailsAsAWholeWhereNothingPasses) {
  RequestFate fate(7, 0);
  fate.note_failure("http_503", "words", Milliseconds(5));
  fate.retry(1, "http_503", "words", Milliseconds(9));
  const Outcome outcome = outcome_of(fate);
  EXPECT_EQ(outcome.request, 7U);
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "http_503");
  EXPECT_EQ(outcome.retry_after, Milliseconds(5));
}

TEST(RequestFate, FailsInPartsWhereSomethingPasses) {
  for (const bool passed : {true, false}) {
    RequestFate fate(7, 0);
    if (passed) {
      fate.note_pass();
    }
    fate.note_failure("http_503", "words", Milliseconds(5));
    fate.retry(1, "http_503", "words", Milliseconds(9));
    const Outcome outcome = outcome_of(fate, !passed);
    EXPECT_EQ(outcome.kind, Kind::kDelivered);
    ASSERT_THAT(outcome.parts, SizeIs(1));
    EXPECT_EQ(outcome.parts[0].kind, Kind::kRetry);
    EXPECT_EQ(outcome.parts[0].hold, Milliseconds(9));
  }
}

TEST(RequestFate, AddsRefusalsOfOneReason) {
  RequestFate fate(7, 0);
  fate.refuse(1, "too_old", "words", {10, 1});
  fate.refuse(1, "too_new", "words", {5, 1});
  fate.refuse(1, "too_old", "words", {20, 2});
  const Outcome outcome = outcome_of(fate);
  ASSERT_THAT(outcome.parts, SizeIs(1));
  ASSERT_THAT(outcome.parts[0].refused, SizeIs(2));
  EXPECT_EQ(outcome.parts[0].refused[0].amount.bytes, 30U);
  EXPECT_EQ(outcome.parts[0].refused[0].amount.lines, 3U);
}

TEST(RequestFate, CountsNothingOfAChainThatIsReadAgain) {
  RequestFate fate(7, 0);
  fate.note_pass();
  fate.refuse(1, "too_old", "words", {10, 1});
  fate.retry(1, "stream_rate", "words", Milliseconds(9));
  fate.refuse(1, "too_old", "words", {10, 1});
  const Outcome outcome = outcome_of(fate);
  ASSERT_THAT(outcome.parts, SizeIs(1));
  EXPECT_EQ(outcome.parts[0].kind, Kind::kRetry);
  EXPECT_THAT(outcome.parts[0].refused, IsEmpty());
}

}  // namespace
}  // namespace supercargo
