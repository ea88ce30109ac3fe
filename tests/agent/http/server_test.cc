#include "agent/http/server.h"

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "tests/agent/http/raw_client.h"

namespace supercargo {
namespace {

using std::chrono::milliseconds;
using test::RawClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A server whose io_context runs on a thread of the test. /hold keeps its replies until release().
class ServerTest : public testing::Test {
 protected:
  void start(ServerLimits limits = {}, std::string_view listen = "127.0.0.1:0") {
    auto server = Server::start(
        io_,
        listen,
        [this](const HttpRequest& request, HttpReply reply) { handle(request, std::move(reply)); },
        limits);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    thread_ = std::thread([this] { io_.run(); });
  }

  void TearDown() override {
    if (thread_.joinable()) {
      boost::asio::post(io_, [this] { server_.reset(); });
      guard_.reset();
      thread_.join();
    }
  }

  void handle(const HttpRequest& request, HttpReply reply) {
    if (request.path == "/hold") {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(reply));
      held_count_ = held_.size();
      held_count_.notify_all();
      return;
    }
    if (request.path == "/big") {
      HttpResponse response;
      response.body = std::make_shared<const std::string>(8 << 20, 'x');
      response.gzip = true;
      reply(std::move(response));
      return;
    }
    reply(text_response(200,
                        request.path + "|" + request.query + "|" +
                            std::string(request.header("accept")) + "|" +
                            (request.from_loopback ? "loopback" : "other")));
  }

  void wait_until_held(std::size_t count) {
    for (std::size_t held = held_count_; held < count; held = held_count_) {
      held_count_.wait(held);
    }
  }

  // From this thread, which is not the server's.
  void release() {
    const std::lock_guard lock(mutex_);
    for (HttpReply& reply : held_) {
      reply(text_response(200, "released"));
    }
    held_.clear();
  }

  [[nodiscard]] RawClient connect() const { return RawClient(server_->port()); }

  std::string exchange(std::string_view request) {
    RawClient client = connect();
    client.send(request);
    return client.until_closed();
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  std::unique_ptr<Server> server_;
  std::mutex mutex_;
  std::deque<HttpReply> held_;
  std::atomic<std::size_t> held_count_{0};
  std::thread thread_;
};

TEST_F(ServerTest, AnswersAGetWithItsHeaders) {
  start();
  RawClient client = connect();
  client.send("GET /metrics?a=b HTTP/1.1\r\nHost: x\r\nACCEPT: text/plain\r\n\r\n");
  const std::string response = client.response();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nContent-Length: 32\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\n/metrics|a=b|text/plain|loopback"));
}

TEST_F(ServerTest, KeepsAConnectionAndAnswersPipelinedRequestsInOrder) {
  start();
  RawClient client = connect();
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HT");
  EXPECT_THAT(client.response(), EndsWith("/1|||loopback"));
  EXPECT_THAT(client.response(), EndsWith("/2|||loopback"));
  client.send("TP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/3|||loopback"));
}

TEST_F(ServerTest, ClosesWhenTheClientAsksForIt) {
  start();
  EXPECT_THAT(exchange("GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              testing::AllOf(HasSubstr("\r\nConnection: close\r\n"), EndsWith("loopback")));
  EXPECT_THAT(exchange("GET /1 HTTP/1.0\r\n\r\n"), EndsWith("loopback"));
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  RawClient client = connect();
  client.send("HEAD /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string response = client.response(/*head=*/true);
  EXPECT_THAT(response, HasSubstr("\r\nContent-Length: 13\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\n"));
  client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/2|||loopback"));
}

TEST_F(ServerTest, SendsBigCompressedBodiesWhole) {
  start();
  RawClient client = connect();
  client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string response = client.response();
  EXPECT_THAT(response, HasSubstr("\r\nContent-Encoding: gzip\r\n"));
  EXPECT_GT(response.size(), std::size_t{8} << 20);
}

TEST_F(ServerTest, RefusesOtherMethods) {
  start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    const std::string response = exchange(std::string(method) + " / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(response, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(response, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
    EXPECT_THAT(response, EndsWith("only GET and HEAD are answered here\n"));
  }
}

TEST_F(ServerTest, RefusesBodiesAndTheClientStillSeesTheAnswer) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
                       std::string(100'000, 'b')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde"),
      StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, RefusesWhatIsNoHttp) {
  start();
  for (const char* request : {"\x16\x03\x01\x02\x01 hello\r\n\r\n",
                              "GET\r\n\r\n",
                              "GET / HTTP/9.9\r\n\r\n",
                              "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
                              "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                              "GET metrics HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    EXPECT_THAT(exchange(request), StartsWith("HTTP/1.1 400 ")) << request;
  }
}

TEST_F(ServerTest, RefusesAHeaderThatIsTooLarge) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nConnection: close\r\nX: " + std::string(15'000, 'x') +
                       "\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, ClosesOnAClientThatIsSlowWithItsHeader) {
  start({.header_timeout = milliseconds(30)});
  RawClient client = connect();
  client.send("GET / HTT");
  EXPECT_EQ(client.until_closed(), "");
}

TEST_F(ServerTest, ClosesIdleConnections) {
  start({.idle_timeout = milliseconds(30)});
  RawClient client = connect();
  EXPECT_EQ(client.until_closed(), "");
}

TEST_F(ServerTest, ClosesOnAClientThatDoesNotReadItsAnswer) {
  start({.max_connections = 1, .write_timeout = milliseconds(30)});
  RawClient lazy = connect();
  std::string requests;
  for (int i = 0; i < 8; ++i) {
    requests += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  lazy.send(requests);
  EXPECT_THAT(lazy.response(/*head=*/true), StartsWith("HTTP/1.1 200 "));
  // The only connection is busy with an answer until the server gives it up; then others get in.
  std::string answer;
  while (answer.empty()) {
    RawClient other = connect();
    other.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    answer = other.response();
  }
  EXPECT_THAT(answer, EndsWith("/1|||loopback"));
  EXPECT_LT(lazy.until_closed().size(), std::size_t{60} << 20);
}

TEST_F(ServerTest, LetsAClientThatDoesNotReadGiveWayToANewcomer) {
  start({.max_connections = 1, .slow_after = milliseconds(0)});
  RawClient lazy = connect();
  std::string requests;
  for (int i = 0; i < 8; ++i) {
    requests += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  lazy.send(requests);
  EXPECT_THAT(lazy.response(/*head=*/true), StartsWith("HTTP/1.1 200 "));
  RawClient other = connect();
  other.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(other.response(), EndsWith("/1|||loopback"));
}

TEST_F(ServerTest, TakesRepliesFromAnotherThreadAndServesOthersMeanwhile) {
  start();
  RawClient waiting = connect();
  waiting.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(1);
  RawClient other = connect();
  other.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(other.response(), EndsWith("/1|||loopback"));
  release();
  EXPECT_THAT(waiting.response(), EndsWith("released"));
}

TEST_F(ServerTest, ReplacesTheConnectionThatIsIdleLongest) {
  start({.max_connections = 3});
  RawClient first = connect();
  first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  first.response();
  RawClient second = connect();
  second.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  second.response();
  RawClient busy = connect();
  busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(1);
  RawClient fourth = connect();
  fourth.send("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(fourth.response(), EndsWith("/4|||loopback"));
  EXPECT_EQ(first.until_closed(), "");
  second.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(second.response(), EndsWith("/2|||loopback"));
  release();
  EXPECT_THAT(busy.response(), EndsWith("released"));
}

TEST_F(ServerTest, RefusesAConnectionWhenAllAreBusy) {
  start({.max_connections = 2});
  RawClient one = connect();
  RawClient two = connect();
  one.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  two.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(2);
  RawClient three = connect();
  EXPECT_EQ(three.until_closed(), "");
  release();
  EXPECT_THAT(one.response(), EndsWith("released"));
  EXPECT_THAT(two.response(), EndsWith("released"));
}

TEST_F(ServerTest, AnswersManyClientsAtOnce) {
  start({.max_connections = 200});
  std::vector<RawClient> clients;
  for (int i = 0; i < 150; ++i) {
    clients.push_back(connect());
    clients.back().send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  wait_until_held(150);
  release();
  for (RawClient& client : clients) {
    EXPECT_THAT(client.response(), EndsWith("released"));
  }
}

TEST_F(ServerTest, IgnoresRepliesAfterItsEnd) {
  start();
  RawClient client = connect();
  client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(1);
  std::promise<void> gone;
  boost::asio::post(io_, [&] {
    server_.reset();
    gone.set_value();
  });
  gone.get_future().wait();
  EXPECT_EQ(client.until_closed(), "");
  release();
}

TEST_F(ServerTest, IgnoresASecondReply) {
  start();
  RawClient client = connect();
  client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(1);
  {
    const std::lock_guard lock(mutex_);
    held_.front()(text_response(200, "first"));
  }
  release();
  EXPECT_THAT(client.response(), EndsWith("first"));
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/1|||loopback"));
}

TEST_F(ServerTest, TakesIpv4OnItsDualStackSocket) {
  start({}, "[::]:0");
  RawClient client = connect();
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/1|||loopback"));
}

TEST_F(ServerTest, TellsOtherPeersFromLoopback) {
  ifaddrs* list = nullptr;
  ASSERT_EQ(::getifaddrs(&list), 0);
  std::array<char, INET_ADDRSTRLEN> host{};
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
        (entry->ifa_flags & IFF_LOOPBACK) == 0 && (entry->ifa_flags & IFF_UP) != 0) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      ::inet_ntop(AF_INET, &address->sin_addr, host.data(), host.size());
    }
  }
  ::freeifaddrs(list);
  if (host[0] == '\0') {
    GTEST_SKIP() << "this machine has no address but loopback";
  }
  start({}, "0.0.0.0:0");
  RawClient client(server_->port(), host.data());
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/1|||other"));
}

TEST_F(ServerTest, NamesThePortThatIsInUse) {
  start();
  const std::string taken = "127.0.0.1:" + std::to_string(server_->port());
  const auto second = Server::start(io_, taken, [](const HttpRequest&, const HttpReply&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "listen on " + taken + ": Address already in use");
}

}  // namespace
}  // namespace supercargo
