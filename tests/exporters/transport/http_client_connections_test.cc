#include <algorithm>
#include <atomic>

#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include "agent/base/fd.h"
#include "tests/exporters/transport/http_client_support.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;
using std::chrono::seconds;
using test::finish_all;
using test::HttpStandIn;
using test::make_client;
using test::post;
using test::quick_options;
using test::Receiver;
using test::request_to;
using test::StandInRequest;
using test::StandInResponse;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(HttpClientConnections, UsesAConnectionAgain) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(post(*client, request_to(receiver.url(), id)).status, 204);
  }
  EXPECT_EQ(receiver.connections(), 1U);
}

TEST(HttpClientConnections, HasSeveralRequestsInFlight) {
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

TEST(HttpClientConnections, ReportsARefusedConnection) {
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

TEST(HttpClientConnections, ReportsAConnectionClosedInPlaceOfAnAnswer) {
  Receiver receiver({200, "", {}, {}, /*close=*/true});
  const auto client = make_client();
  const HttpResult result = post(*client, request_to(receiver.url(), 1));
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_NE(result.error, "");
}

TEST(HttpClientConnections, DoesNotRepeatABodyByItselfOnAKeptConnection) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  post(*client, request_to(receiver.url(), 1));
  receiver.set_response({204, "", {}, {}, /*close=*/true});
  const HttpResult result = post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_EQ(result.error, "the connection was closed in place of an answer");
  EXPECT_EQ(receiver.requests().size(), 2U);
  receiver.set_response({204, "", {}, {}, false});
  EXPECT_EQ(post(*client, request_to(receiver.url(), 3)).status, 204);
}

TEST(HttpClientConnections, ReportsATimeout) {
  Receiver receiver({200, "", {}, /*delay=*/seconds(30), false});
  HttpClientOptions options = quick_options();
  options.request_timeout = Milliseconds(50);
  const auto client = make_client(options);
  EXPECT_EQ(post(*client, request_to(receiver.url(), 1)).failure, Failure::kTimeout);
}

TEST(HttpClientConnections, TakesARefusalThatCameBeforeTheBodyWasRead) {
  test::HttpStandInOptions options;
  options.early_refusal = [](std::size_t length) { return length > 100 ? 413 : 0; };
  HttpStandIn server(options, [](const StandInRequest&) { return StandInResponse{}; });
  const auto client = make_client();
  const HttpResult result = post(*client, request_to(server.url(), 1, std::string(200, 'x')));
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_EQ(result.status, 413);
  EXPECT_FALSE(result.answer_cut);
}

TEST(HttpClientConnections, TellsARefusalThatBreaksOff) {
  StandInResponse refusal = test::text_answer(400, "entry too far behind");
  refusal.cut_bytes = 9;
  Receiver receiver(refusal);
  const auto client = make_client();
  const HttpResult cut = post(*client, request_to(receiver.url(), 1, "lines"));
  EXPECT_EQ(cut.failure, Failure::kNone);
  EXPECT_EQ(cut.status, 400);
  EXPECT_EQ(cut.answer, "entry too");
  EXPECT_TRUE(cut.answer_cut);
  EXPECT_EQ(cut.body.view(), "lines");
  receiver.set_response(test::text_answer(400, "entry too far behind"));
  EXPECT_FALSE(post(*client, request_to(receiver.url(), 2)).answer_cut);
}

TEST(HttpClientConnections, ReturnsFromPollWhenTheWakeDescriptorIsReadable) {
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

TEST(HttpClientConnections, KeepsItsConnectionsOverManyRequests) {
  Receiver receiver({204, "", {}, {}, false});
  const auto client = make_client();
  std::uint64_t id = 0;
  for (int round = 0; round < 50; ++round) {
    for (int together = 0; together < 3; ++together) {
      client->start(request_to(receiver.url(), ++id));
    }
    for (const HttpResult& result : finish_all(*client)) {
      EXPECT_EQ(result.status, 204);
    }
  }
  EXPECT_EQ(receiver.requests().size(), 150U);
  EXPECT_LE(receiver.connections(), 3U);
}

// Resets the connection at the head of the second request, and of the third when told so: as a
// load balancer that ended the connection while it was idle.
class Resetting {
 public:
  explicit Resetting(int resets) : left_(resets) {
    test::HttpStandInOptions options;
    options.cut_body = [this](const StandInRequest&) -> std::optional<std::size_t> {
      const bool cut = ++heads_ > 1 && left_-- > 0;
      return cut ? std::optional<std::size_t>(0) : std::nullopt;
    };
    receiver_ =
        std::make_unique<Receiver>(StandInResponse{204, "", {}, {}, false}, std::move(options));
  }

  Receiver& operator*() { return *receiver_; }

 private:
  std::atomic<int> left_;
  std::atomic<int> heads_{0};
  std::unique_ptr<Receiver> receiver_;
};

TEST(HttpClientConnections, BeginsAgainWhereAKeptConnectionIsClosedAndItsPeerCannotHaveTheBody) {
  Resetting receiver(1);
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to((*receiver).url(), 1)).status, 204);
  const std::string body(4 << 20, 'x');
  EXPECT_EQ(post(*client, request_to((*receiver).url(), 2, body)).status, 204);
  ASSERT_EQ((*receiver).requests().size(), 2U);
  EXPECT_EQ((*receiver).requests()[1].body, body);
  EXPECT_LE((*receiver).connections(), 3U);
}

TEST(HttpClientConnections, BeginsAgainOnceOnly) {
  Resetting receiver(2);
  const auto client = make_client();
  EXPECT_EQ(post(*client, request_to((*receiver).url(), 1)).status, 204);
  const std::string body(4 << 20, 'x');
  const HttpResult result = post(*client, request_to((*receiver).url(), 2, body));
  EXPECT_EQ(result.failure, Failure::kConnection);
  EXPECT_EQ(result.body.view(), body);
  const HttpResult after = post(*client, request_to((*receiver).url(), 3));
  EXPECT_EQ(after.status, 204) << after.error;
}

}  // namespace
}  // namespace supercargo
