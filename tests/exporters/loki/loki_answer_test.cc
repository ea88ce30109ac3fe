#include "exporters/loki/loki_answer.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using Meaning = LokiAnswer::Meaning;
using testing::HasSubstr;

LokiAnswer answered(int status, const std::string& text = "") {
  HttpResult result;
  result.status = status;
  result.answer = text;
  return understand_answer(result);
}

TEST(LokiAnswer, TakesSuccess) {
  for (const int status : {200, 202, 204}) {
    EXPECT_EQ(answered(status).meaning, Meaning::kTaken);
    EXPECT_EQ(answered(status).reason, "");
  }
}

TEST(LokiAnswer, DoesNotTakeAPageForSuccess) {
  const LokiAnswer page = answered(200, "<!DOCTYPE html><title>Log in</title>");
  EXPECT_EQ(page.meaning, Meaning::kDown);
  EXPECT_EQ(page.reason, "not_loki");
  EXPECT_THAT(page.detail, HasSubstr("Log in"));
}

TEST(LokiAnswer, SaysNothingOfLinesWhereAServerIsDown) {
  for (const int status : {408, 502, 503, 504}) {
    EXPECT_EQ(answered(status).meaning, Meaning::kDown);
    EXPECT_EQ(answered(status).reason, "http_" + std::to_string(status));
  }
}

TEST(LokiAnswer, SuspectsTheBodyOfAFailureThatIsNotExplained) {
  EXPECT_EQ(answered(500, "internal server error").meaning, Meaning::kSuspicious);
  EXPECT_EQ(answered(500).reason, "http_500");
  const LokiAnswer known = answered(500, "no schema config found for time 0");
  EXPECT_EQ(known.meaning, Meaning::kContent);
  EXPECT_EQ(known.reason, "no_schema");
}

TEST(LokiAnswer, DoesNotReadARefusalThatBrokeOff) {
  HttpResult result;
  result.answer_cut = true;
  result.status = 400;
  result.answer = "max entry size '1024' bytes exceeded for stream '{a=\"b\"}' while adding an en";
  EXPECT_EQ(understand_answer(result).meaning, Meaning::kSuspicious);
  EXPECT_EQ(understand_answer(result).reason, "answer_cut");
  result.status = 500;
  EXPECT_EQ(understand_answer(result).meaning, Meaning::kSuspicious);
  result.answer = "<html>";
  EXPECT_EQ(understand_answer(result).meaning, Meaning::kDown);
  result.status = 429;
  result.answer = "ingestion rate limit exceeded for user fake (limit: 41";
  EXPECT_EQ(understand_answer(result).meaning, Meaning::kTenantRate);
  EXPECT_EQ(understand_answer(result).refusals.at(0).limit_bytes, 0U);
  result.status = 413;
  EXPECT_EQ(understand_answer(result).meaning, Meaning::kTooLarge);
}

TEST(LokiAnswer, SaysWhatToFixWhereAPersonMust) {
  EXPECT_EQ(answered(401).meaning, Meaning::kTenant);
  EXPECT_EQ(answered(401, "no org id\n").detail,
            "HTTP 401: check auth and tenant of this output: no org id");
  EXPECT_EQ(answered(403).reason, "forbidden");
  EXPECT_EQ(answered(404).meaning, Meaning::kTenant);
  EXPECT_THAT(answered(404).detail, HasSubstr("check url"));
  EXPECT_EQ(answered(301).meaning, Meaning::kDown);
  EXPECT_EQ(answered(301).reason, "redirected");
}

TEST(LokiAnswer, DoesNotTakeBlockedIngestionForSuccess) {
  EXPECT_EQ(answered(260).meaning, Meaning::kTenant);
  EXPECT_EQ(answered(260).reason, "ingestion_blocked");
}

TEST(LokiAnswer, TellsLimitsOfTheTenantFromThoseOfAStream) {
  const LokiAnswer tenant = answered(
      429,
      "ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec) while attempting to "
      "ingest '3' lines totaling '300' bytes, reduce log volume or contact your Loki administrator "
      "to see if the limit can be increased");
  EXPECT_EQ(tenant.meaning, Meaning::kTenantRate);
  EXPECT_EQ(tenant.reason, "tenant_rate");
  const LokiAnswer stream = answered(
      429,
      "entry with timestamp 2026-11-22 22:00:00 +0000 UTC ignored, reason: 'Per stream rate limit "
      "exceeded (limit: 3MB/sec) while attempting to ingest for stream '{a=\"b\"}' totaling 1MB, "
      "consider splitting a stream via additional labels or contact your Loki administrator to see "
      "if the limit can be increased',\nuser 'fake', total ignored: 1 out of 1 for stream: "
      "{a=\"b\"}");
  EXPECT_EQ(stream.meaning, Meaning::kStream);
  EXPECT_EQ(stream.reason, "stream_rate");
  EXPECT_EQ(answered(429, "slow down").meaning, Meaning::kTenantRate);
  EXPECT_EQ(answered(429, "slow down").reason, "http_429");
}

TEST(LokiAnswer, FindsEntriesThatAreRefused) {
  const LokiAnswer answer = answered(
      400,
      "entry for stream '{a=\"b\"}' has timestamp too old: 2023-11-06T22:13:20Z, oldest acceptable "
      "timestamp is: 2023-11-07T22:13:20Z");
  EXPECT_EQ(answer.meaning, Meaning::kEntries);
  EXPECT_EQ(answer.reason, "too_old");
  EXPECT_EQ(answer.refusals.size(), 1U);
}

TEST(LokiAnswer, LooksForWhatIsRefusedInUnknownWords) {
  const std::string unknown = "the stream '{a=\"b\"}' breaks a rule of tomorrow";
  for (const int status : {400, 415, 422}) {
    EXPECT_EQ(answered(status, unknown).meaning, Meaning::kContent) << status;
    EXPECT_EQ(answered(status, unknown).reason, "http_" + std::to_string(status));
  }
  EXPECT_EQ(answered(400, "2 errors like: a rule of tomorrow").meaning, Meaning::kContent);
  EXPECT_EQ(answered(400, "entry\nfor stream").detail, "HTTP 400: entry for stream");
}

TEST(LokiAnswer, SuspectsTheBodyOfARefusalThatSpeaksOfNoStream) {
  for (const char* text : {"", "Bad Request", "snappy: corrupt input", "unexpected EOF"}) {
    EXPECT_EQ(answered(400, text).meaning, Meaning::kSuspicious) << text;
  }
}

TEST(LokiAnswer, SplitsABodyThatIsTooLarge) {
  EXPECT_EQ(answered(413).meaning, Meaning::kTooLarge);
}

TEST(LokiAnswer, BlamesNoLineForARefusalThatIsNotLokis) {
  for (const int status : {402, 405, 407, 409, 410, 421, 426, 431, 451}) {
    EXPECT_EQ(answered(status).meaning, Meaning::kDown) << status;
    EXPECT_THAT(answered(status).detail, HasSubstr("check url")) << status;
  }
  const LokiAnswer page = answered(
      400, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>");
  EXPECT_EQ(page.meaning, Meaning::kDown);
  EXPECT_EQ(page.reason, "not_loki");
  EXPECT_EQ(answered(400, "Client sent an HTTP request to an HTTPS server.\n").meaning,
            Meaning::kDown);
}

TEST(LokiAnswer, CutsTheDetail) {
  EXPECT_LT(answered(400, std::string(10'000, 'x')).detail.size(), 500U);
}

TEST(LokiAnswer, KeepsTheWaitThatWasAskedFor) {
  HttpResult result;
  result.status = 429;
  result.retry_after = Milliseconds(7'000);
  EXPECT_EQ(understand_answer(result).retry_after, Milliseconds(7'000));
}

TEST(LokiAnswer, BlamesNobodyWithoutAnAnswer) {
  HttpResult result;
  result.failure = HttpResult::Failure::kTimeout;
  result.error = "Operation timed out";
  const LokiAnswer answer = understand_answer(result);
  EXPECT_EQ(answer.meaning, Meaning::kDown);
  EXPECT_EQ(answer.reason, "timeout");
  EXPECT_EQ(answer.detail, "Operation timed out");
}

}  // namespace
}  // namespace supercargo
