#include "exporters/loki/loki_answer.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using testing::HasSubstr;

Outcome answered(int status, const std::string& text = "") {
  HttpResult result;
  result.id = 9;
  result.status = status;
  result.answer = text;
  return loki_outcome(result);
}

TEST(LokiAnswer, DeliversOnSuccess) {
  for (const int status : {200, 202, 204}) {
    EXPECT_EQ(answered(status).kind, Kind::kDelivered);
    EXPECT_EQ(answered(status).request, 9U);
    EXPECT_EQ(answered(status).reason, "");
  }
}

TEST(LokiAnswer, TriesAgainWhatMaySucceedLater) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(answered(status).kind, Kind::kRetry);
    EXPECT_EQ(answered(status).reason, "http_" + std::to_string(status));
  }
}

TEST(LokiAnswer, SaysWhatToFixWhereAPersonMust) {
  EXPECT_EQ(answered(401).kind, Kind::kRetry);
  EXPECT_EQ(answered(401, "no org id\n").detail,
            "HTTP 401: check auth and tenant of this output: no org id");
  EXPECT_EQ(answered(403).reason, "forbidden");
  EXPECT_EQ(answered(404).kind, Kind::kRetry);
  EXPECT_THAT(answered(404).detail, HasSubstr("check url"));
  EXPECT_EQ(answered(301).kind, Kind::kRetry);
  EXPECT_EQ(answered(301).reason, "redirected");
}

TEST(LokiAnswer, DoesNotTakeBlockedIngestionForSuccess) {
  EXPECT_EQ(answered(260).kind, Kind::kRetry);
  EXPECT_EQ(answered(260).reason, "ingestion_blocked");
}

TEST(LokiAnswer, AsksForSmallerRequests) {
  EXPECT_EQ(answered(413).kind, Kind::kTooLarge);
  EXPECT_EQ(answered(413).reason, "http_413");
}

TEST(LokiAnswer, RefusesWhatWillNeverBeAccepted) {
  for (const int status : {400, 415, 422}) {
    EXPECT_EQ(answered(status).kind, Kind::kRefused);
    EXPECT_EQ(answered(status).reason, "http_" + std::to_string(status));
  }
  EXPECT_EQ(answered(400, "entry\nfor stream").detail, "HTTP 400: entry for stream");
}

TEST(LokiAnswer, DropsNothingForARefusalThatIsNotLokis) {
  for (const int status : {402, 405, 407, 409, 410, 421, 426, 431, 451}) {
    EXPECT_EQ(answered(status).kind, Kind::kRetry) << status;
    EXPECT_THAT(answered(status).detail, HasSubstr("check url")) << status;
  }
  const Outcome page = answered(
      400, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>");
  EXPECT_EQ(page.kind, Kind::kRetry);
  EXPECT_EQ(page.reason, "not_loki");
  EXPECT_EQ(answered(400, "Client sent an HTTP request to an HTTPS server.\n").kind, Kind::kRetry);
}

TEST(LokiAnswer, CutsTheDetail) {
  EXPECT_LT(answered(400, std::string(10'000, 'x')).detail.size(), 500U);
}

TEST(LokiAnswer, KeepsTheWaitThatWasAskedFor) {
  HttpResult result;
  result.status = 429;
  result.retry_after = Milliseconds(7'000);
  EXPECT_EQ(loki_outcome(result).retry_after, Milliseconds(7'000));
}

TEST(LokiAnswer, TriesAgainWithoutAnAnswer) {
  HttpResult result;
  result.failure = HttpResult::Failure::kTimeout;
  result.error = "Operation timed out";
  const Outcome outcome = loki_outcome(result);
  EXPECT_EQ(outcome.kind, Kind::kRetry);
  EXPECT_EQ(outcome.reason, "timeout");
  EXPECT_EQ(outcome.detail, "Operation timed out");
}

}  // namespace
}  // namespace supercargo
