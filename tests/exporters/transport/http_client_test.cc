#include "exporters/transport/http_client.h"

#include <array>
#include <ctime>

#include <gmock/gmock.h>

#include "tests/exporters/transport/http_client_support.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;
using std::chrono::seconds;
using test::finish_all;
using test::make_client;
using test::post;
using test::Receiver;
using test::request_to;
using test::StandInRequest;
using testing::HasSubstr;

TEST(HttpClient, PostsTheBodyWithItsHeaders) {
  Receiver receiver({200, "thanks", {}, {}, false});
  const auto client = make_client();
  HttpPost request = request_to(receiver.url() + "/push", 7, "payload");
  request.headers = {"Content-Type: application/x-protobuf", "X-Scope-OrgID: a"};

  const HttpResult result = post(*client, std::move(request));

  EXPECT_EQ(result.id, 7U);
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.answer, "thanks");
  const std::vector<StandInRequest> got = receiver.requests();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].method, "POST");
  EXPECT_EQ(got[0].path, "/push");
  EXPECT_EQ(got[0].body, "payload");
  EXPECT_EQ(got[0].header("content-type"), "application/x-protobuf");
  EXPECT_EQ(got[0].header("x-scope-orgid"), "a");
  EXPECT_THAT(got[0].header("user-agent"), HasSubstr("supercargo/"));
}

TEST(HttpClient, SendsALargeBodyWithoutExpectHeader) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  const std::string body(3 << 20, 'x');
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1, body)).status, 204);
  ASSERT_EQ(receiver.requests().size(), 1U);
  EXPECT_EQ(receiver.requests()[0].header("expect"), "");
  EXPECT_EQ(receiver.requests()[0].body, body);
}

TEST(HttpClient, SendsAnEmptyBody) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1, "")).status, 204);
  EXPECT_EQ(receiver.requests()[0].header("content-length"), "0");
}

TEST(HttpClient, GivesTheBufferOfAFinishedRequestAgain) {
  Receiver receiver;
  const auto client = make_client();
  HttpPost request = request_to(receiver.url(), 1, std::string(100'000, 'x'));
  const char* place = request.body.data();
  post(*client, std::move(request));
  const ByteBuffer buffer = client->take_buffer();
  EXPECT_EQ(buffer.data(), place);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(client->take_buffer().capacity(), 0U);
}

TEST(HttpClient, GivesTheBodyBackThatWasRefused) {
  Receiver receiver({400, "no", {}, {}, false});
  const auto client = make_client();
  HttpPost request = request_to(receiver.url(), 1, "refused");
  const char* place = request.body.data();
  HttpResult result = post(*client, std::move(request));
  EXPECT_EQ(result.body.view(), "refused");
  EXPECT_EQ(result.body.data(), place);
  EXPECT_EQ(client->take_buffer().capacity(), 0U);
  client->give_back(std::move(result.body));
  const ByteBuffer buffer = client->take_buffer();
  EXPECT_EQ(buffer.data(), place);
  EXPECT_TRUE(buffer.empty());
}

TEST(HttpClient, GivesTheBodyBackThatWasNotSent) {
  Receiver receiver({204, "", {}, {}, /*close=*/true});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1, "unanswered")).body.view(), "unanswered");
  EXPECT_EQ(post(*client, request_to("http://", 2, "no address")).body.view(), "no address");
  receiver.set_response({204, "", {}, {}, false});
  EXPECT_TRUE(post(*client, request_to(receiver.url(), 3, "accepted")).body.empty());
}

TEST(HttpClient, CutsALongAnswer) {
  Receiver receiver({500, std::string(kMaxAnswerBytes + 5, 'e'), {}, {}, false});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).answer.size(), kMaxAnswerBytes);
}

TEST(HttpClient, ReportsAUrlThatIsNone) {
  const auto client = make_client();
  client->start(request_to("http://", 4));
  EXPECT_EQ(client->in_flight(), 1U);
  const std::vector<HttpResult> results = finish_all(*client);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].id, 4U);
  EXPECT_EQ(results[0].failure, Failure::kUrl);
  EXPECT_EQ(client->in_flight(), 0U);
}

TEST(HttpClient, DoesNotFollowRedirects) {
  Receiver receiver({302, "", {{"Location", "http://127.0.0.1:1/"}}, {}, false});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).status, 302);
}

TEST(HttpClient, NamesEveryFailure) {
  EXPECT_EQ(failure_name(Failure::kNone), "none");
  EXPECT_EQ(failure_name(Failure::kTimeout), "timeout");
  EXPECT_EQ(failure_name(Failure::kConnection), "connection");
  EXPECT_EQ(failure_name(Failure::kResolve), "resolve");
  EXPECT_EQ(failure_name(Failure::kTls), "tls");
  EXPECT_EQ(failure_name(Failure::kSecret), "secret");
  EXPECT_EQ(failure_name(Failure::kUrl), "url");
}

TEST(HttpClient, KnowsTextThatMayStandInAHeader) {
  EXPECT_TRUE(is_header_text("team-a|team-b"));
  EXPECT_FALSE(is_header_text("a\r\nInjected: b"));
  EXPECT_FALSE(is_header_text("\x7F"));
}

TEST(HttpClient, ReadsRetryAfterInSeconds) {
  Receiver receiver({429, "", {{"Retry-After", "7"}}, {}, false});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).retry_after, seconds(7));
}

TEST(HttpClient, ReadsRetryAfterAsADateAndBoundsIt) {
  Receiver receiver({503, "", {{"Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"}}, {}, false});
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).retry_after, std::chrono::minutes(10));
  receiver.set_response({503, "", {{"Retry-After", "Thu, 01 Jan 2015 00:00:00 GMT"}}, {}, false});
  EXPECT_EQ(post(*client, request_to(receiver.url(), 2)).retry_after, seconds(0));
}

TEST(HttpClient, WaitsUntilTheDateThatIsGiven) {
  const std::time_t then = std::time(nullptr) + 30;
  std::tm parts{};
  ::gmtime_r(&then, &parts);
  std::array<char, 64> date{};
  std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  Receiver receiver({503, "", {{"Retry-After", date.data()}}, {}, false});
  const auto client = make_client();
  const Milliseconds wait = post(*client, request_to(receiver.url(), 1)).retry_after;
  EXPECT_GE(wait, seconds(10));
  EXPECT_LE(wait, seconds(30));
}

}  // namespace
}  // namespace supercargo
