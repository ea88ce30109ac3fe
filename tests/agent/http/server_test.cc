#include "agent/http/server.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "tests/agent/http/server_fixture.h"

namespace supercargo {
namespace {

using test::RawClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public test::ServerFixture {};

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

TEST_F(ServerTest, JoinsHeadersOfOneNameToAList) {
  start();
  RawClient client = connect();
  client.send("GET /1 HTTP/1.1\r\nAccept: a/b;q=0.5\r\nHost: x\r\naccept: c/d , e/f\r\n\r\n");
  EXPECT_THAT(client.response(), EndsWith("/1||a/b;q=0.5, c/d , e/f|loopback"));
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
