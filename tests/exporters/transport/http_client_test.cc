#include "exporters/transport/http_client.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "tests/support/http_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;
using std::chrono::seconds;
using test::HttpStandIn;
using test::StandInRequest;
using test::StandInResponse;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

HttpClientOptions quick_options() {
  HttpClientOptions options;
  options.secret_refresh = Milliseconds(0);
  return options;
}

std::unique_ptr<HttpClient> make_client(HttpClientOptions options = quick_options()) {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::create(std::move(options));
  EXPECT_TRUE(client);
  return std::move(*client);
}

HttpPost request_to(const std::string& url, std::uint64_t id, std::string_view body = "body") {
  HttpPost request;
  request.id = id;
  request.url = url;
  request.body.append(body);
  return request;
}

std::vector<HttpResult> finish_all(HttpClient& client) {
  std::vector<HttpResult> results;
  const SteadyTime deadline = steady_now() + seconds(20);
  while (client.in_flight() > 0 && steady_now() < deadline) {
    client.poll(/*wake_fd=*/-1, seconds(1), results);
  }
  return results;
}

HttpResult post(HttpClient& client, HttpPost request) {
  client.start(std::move(request));
  std::vector<HttpResult> results = finish_all(client);
  EXPECT_EQ(results.size(), 1U);
  return results.empty() ? HttpResult{} : std::move(results.front());
}

// Keeps what it was sent and answers as it was told.
class Receiver {
 public:
  explicit Receiver(StandInResponse response = {}) : response_(std::move(response)) {}

  [[nodiscard]] std::string url() const { return server_.url(); }

  [[nodiscard]] std::uint64_t connections() const { return server_.connections(); }

  std::vector<StandInRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  void set_response(StandInResponse response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
  }

 private:
  StandInResponse take(const StandInRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return response_;
  }

  std::mutex mutex_;
  StandInResponse response_;
  std::vector<StandInRequest> requests_;
  HttpStandIn server_{{}, [this](const StandInRequest& request) { return take(request); }};
};

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

TEST(HttpClient, UsesAConnectionAgain) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(post(*client, request_to(receiver.url(), id)).status, 204);
  }
  EXPECT_EQ(receiver.connections(), 1U);
}

TEST(HttpClient, HasSeveralRequestsInFlight) {
  std::atomic<int> together{0};
  std::atomic<int> most{0};
  HttpStandIn server({}, [&](const StandInRequest&) {
    const int now = ++together;
    most = std::max(most.load(), now);
    const SteadyTime deadline = steady_now() + seconds(10);
    while (most < 3 && steady_now() < deadline) {
      std::this_thread::yield();
    }
    --together;
    return StandInResponse{204, "", {}, {}, false};
  });
  const auto client = make_client();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    client->start(request_to(server.url(), id));
  }
  EXPECT_EQ(client->in_flight(), 3U);
  std::vector<std::uint64_t> ids;
  for (const HttpResult& result : finish_all(*client)) {
    EXPECT_EQ(result.status, 204);
    ids.push_back(result.id);
  }
  EXPECT_THAT(ids, UnorderedElementsAre(1U, 2U, 3U));
  EXPECT_EQ(most, 3);
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

TEST(HttpClient, ReportsARefusedConnection) {
  std::string url;
  {
    const Receiver receiver;
    url = receiver.url();
  }
  const auto client = make_client();
  const HttpResult result = post(*client, request_to(url, 3));
  EXPECT_EQ(result.id, 3U);
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.error, HasSubstr("127.0.0.1"));
}

TEST(HttpClient, ReportsAConnectionClosedInPlaceOfAnAnswer) {
  Receiver receiver({200, "", {}, {}, /*close=*/true});
  const auto client = make_client();
  const HttpResult result = post(*client, request_to(receiver.url(), 1));
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_NE(result.error, "");
}

TEST(HttpClient, DoesNotRepeatABodyByItselfOnAKeptConnection) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  post(*client, request_to(receiver.url(), 1));
  receiver.set_response({204, "", {}, {}, /*close=*/true});
  const HttpResult result = post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_EQ(receiver.requests().size(), 2U);
  receiver.set_response({204, "", {}, {}, false});
  EXPECT_EQ(post(*client, request_to(receiver.url(), 3)).status, 204);
}

TEST(HttpClient, ReportsATimeout) {
  Receiver receiver({200, "", {}, /*delay=*/seconds(30), false});
  HttpClientOptions options = quick_options();
  options.request_timeout = Milliseconds(50);
  const auto client = make_client(options);
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).failure, Failure::kTimeout);
}

TEST(HttpClient, TakesARefusalThatCameBeforeTheBodyWasRead) {
  test::HttpStandInOptions options;
  options.early_refusal = [](std::size_t length) { return length > 100 ? 413 : 0; };
  HttpStandIn server(options, [](const StandInRequest&) { return StandInResponse{}; });
  const auto client = make_client();
  const HttpResult result = post(*client, request_to(server.url(), 1, std::string(200, 'x')));
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_EQ(result.status, 413);
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

TEST(HttpClient, SendsUserNameAndPassword) {
  Receiver receiver;
  HttpClientOptions options = quick_options();
  options.auth.username = "Aladdin";
  options.auth.password.value = "open sesame";
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  EXPECT_EQ(receiver.requests()[0].header("authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(HttpClient, SendsARotatedBearerToken) {
  test::TempTree tree;
  tree.file("token", "first\n");
  Receiver receiver;
  HttpClientOptions options = quick_options();
  options.auth.bearer_token.file = tree.path("token");
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  tree.file("token", "second\n");
  post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(receiver.requests()[0].header("authorization"), "Bearer first");
  EXPECT_EQ(receiver.requests()[1].header("authorization"), "Bearer second");
}

TEST(HttpClient, ReadsTheTokenAgainAfterItWasRefused) {
  test::TempTree tree;
  tree.file("token", "first");
  Receiver receiver({401, "", {}, {}, false});
  HttpClientOptions options = quick_options();
  options.secret_refresh = std::chrono::hours(1);
  options.auth.bearer_token.file = tree.path("token");
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  tree.file("token", "second");
  post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(receiver.requests()[1].header("authorization"), "Bearer second");
}

TEST(HttpClient, FailsARequestWhoseSecretCannotBeRead) {
  HttpClientOptions options = quick_options();
  options.auth.bearer_token.file = "/nonexistent/token";
  const auto client = make_client(options);
  const HttpResult result = post(*client, request_to("http://127.0.0.1:1/", 1));
  EXPECT_EQ(result.failure, Failure::kSecret);
  EXPECT_THAT(result.error, HasSubstr("/nonexistent/token"));
}

TEST(HttpClient, ReturnsFromPollWhenTheWakeDescriptorIsReadable) {
  Receiver receiver({200, "", {}, /*delay=*/seconds(30), false});
  const UniqueFd wake(::eventfd(1, EFD_CLOEXEC));
  const auto client = make_client();
  client->start(request_to(receiver.url(), 1));
  std::vector<HttpResult> results;
  const SteadyTime before = steady_now();
  client->poll(wake.get(), seconds(25), results);
  EXPECT_LT(steady_now() - before, seconds(20));
  EXPECT_TRUE(results.empty());
  EXPECT_EQ(client->in_flight(), 1U);
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

}  // namespace
}  // namespace supercargo
