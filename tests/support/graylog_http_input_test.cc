#include "tests/support/graylog_http_input.h"

#include <gmock/gmock.h>

namespace supercargo::test {
namespace {

using testing::ElementsAre;

GraylogHttpRequest request(std::string head, std::string body = "{}") {
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return {std::move(head), std::move(body)};
}

int status(const GraylogHttpRequest& sent, const GraylogHttpRules& rules = {}) {
  std::string reason;
  return graylog_http_status(sent, rules, reason);
}

TEST(GraylogHttpInput, TakesRequestsOneByOne) {
  std::string pending = "POST /gelf HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}POST /gelf HTTP/1.1\r\n";
  GraylogHttpRequest got;
  EXPECT_EQ(take_http_request(pending, got), GraylogHttpRead::kWhole);
  EXPECT_EQ(got.body, "{}");
  EXPECT_EQ(take_http_request(pending, got), GraylogHttpRead::kMore);
  pending += "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n{";
  EXPECT_EQ(take_http_request(pending, got), GraylogHttpRead::kContinue);
}

TEST(GraylogHttpInput, AnswersAsGraylogDoes) {
  EXPECT_EQ(status(request("POST /gelf HTTP/1.1\r\n")), 202);
  EXPECT_EQ(status(request("POST /gelf?x HTTP/1.1\r\n")), 404);
  EXPECT_EQ(status(request("POST / HTTP/1.1\r\n")), 404);
  EXPECT_EQ(status(request("PUT /gelf HTTP/1.1\r\n")), 405);
  EXPECT_EQ(status(request("POST /gelf HTTP/1.1\r\n", std::string(65'537, 'x'))), 413);
  EXPECT_EQ(status(request("POST /gelf HTTP/1.1\r\n", std::string(65'536, 'x'))), 202);
}

TEST(GraylogHttpInput, WantsItsAuthorizationHeaderBeforeAllElse) {
  const GraylogHttpRules rules{100, false, "X-Token", "secret"};
  EXPECT_EQ(status(request("PUT / HTTP/1.1\r\n"), rules), 401);
  EXPECT_EQ(status(request("POST /gelf HTTP/1.1\r\nX-Token: other\r\n"), rules), 401);
  EXPECT_EQ(status(request("POST /gelf HTTP/1.1\r\nx-token: secret\r\n"), rules), 202);
}

TEST(GraylogHttpInput, JoinsALineWithoutItsEndToTheNextBody) {
  std::string rest;
  EXPECT_THAT(take_bulk_lines(rest, "{1}\r\n{2}\n\n{3}"), ElementsAre("{1}", "{2}"));
  EXPECT_THAT(take_bulk_lines(rest, "{4}\n"), ElementsAre("{3}{4}"));
}

}  // namespace
}  // namespace supercargo::test
