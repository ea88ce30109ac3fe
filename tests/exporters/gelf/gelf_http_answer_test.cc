#include "exporters/gelf/gelf_http_answer.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

GelfAnswer judge(int status, std::string answer = {}) {
  HttpResult result;
  result.status = status;
  result.answer = std::move(answer);
  return gelf_answer(result);
}

TEST(GelfHttpAnswer, KeepsWhatTheConfigurationOrTheReceiverMayMend) {
  for (const int status : {0, 301, 401, 403, 404, 405, 407, 408, 429, 500, 501, 502, 503, 504}) {
    EXPECT_EQ(judge(status), GelfAnswer::kLater) << status;
  }
}

TEST(GelfHttpAnswer, TakesAnySuccess) {
  EXPECT_EQ(judge(202), GelfAnswer::kTaken);
  EXPECT_EQ(judge(200), GelfAnswer::kTaken);
  EXPECT_EQ(judge(204), GelfAnswer::kTaken);
}

TEST(GelfHttpAnswer, DoesNotTakeAPageForSuccess) {
  EXPECT_EQ(judge(200, "\n<!DOCTYPE html><title>Log in</title>"), GelfAnswer::kLater);
  EXPECT_EQ(judge(200, "ok"), GelfAnswer::kTaken);
}

TEST(GelfHttpAnswer, BelievesA400OfTheInputAlone) {
  EXPECT_EQ(judge(400, "bad message"), GelfAnswer::kRefused);
  EXPECT_EQ(judge(400), GelfAnswer::kRefused);
  EXPECT_EQ(judge(400, "<html>400 Bad Request</html>"), GelfAnswer::kLater);
  EXPECT_EQ(judge(400, "Client sent an HTTP request to an HTTPS server."), GelfAnswer::kLater);
}

TEST(GelfHttpAnswer, KnowsTheSizesRefusal) {
  EXPECT_EQ(judge(413), GelfAnswer::kTooLong);
}

TEST(GelfHttpAnswer, QuotesTheReceiverShortly) {
  HttpResult result;
  result.status = 403;
  result.answer = std::string(10'000, 'x');
  result.retry_after = Milliseconds(5);
  const Outcome outcome = gelf_failure(3, Outcome::Kind::kRetry, result);
  EXPECT_EQ(outcome.reason, "http_403");
  EXPECT_LT(outcome.detail.size(), 500U);
  EXPECT_EQ(outcome.retry_after, Milliseconds(5));
  EXPECT_EQ(outcome.request, 3U);
}

}  // namespace
}  // namespace supercargo
