// Whose connection gives way to whose.
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/http/server.h"
#include "tests/agent/http/server_fixture.h"

namespace supercargo {
namespace {

using std::chrono::milliseconds;
using test::RawClient;
using testing::EndsWith;
using testing::StartsWith;

class ConnectionsTest : public test::ServerFixture {};

TEST_F(ConnectionsTest, ClosesOnAClientThatIsSlowWithItsHeader) {
  start({.header_timeout = milliseconds(30)});
  RawClient client = connect();
  client.send("GET / HTT");
  EXPECT_EQ(client.until_closed(), "");
}

TEST_F(ConnectionsTest, ClosesIdleConnections) {
  start({.idle_timeout = milliseconds(30)});
  RawClient client = connect();
  EXPECT_EQ(client.until_closed(), "");
}

TEST_F(ConnectionsTest, ClosesOnAClientThatDoesNotReadItsAnswer) {
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

TEST_F(ConnectionsTest, LetsAClientThatDoesNotReadGiveWayToANewcomer) {
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

TEST_F(ConnectionsTest, AClientThatReadsSlowlyFromManyConnectionsKeepsNobodyElseOut) {
  start({.max_connections = 8, .slow_after = std::chrono::hours(1)});
  std::vector<RawClient> lazy;
  for (std::size_t i = 0; i < 8; ++i) {
    lazy.emplace_back(server_->port(), "127.0.0.1", "127.0.0.2");
    lazy.back().send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(lazy.back().response(/*head=*/true), StartsWith("HTTP/1.1 200 "));
  }
  RawClient other(server_->port(), "127.0.0.1", "127.0.0.3");
  other.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(other.response(), EndsWith("/1|||loopback"));
}

TEST_F(ConnectionsTest, ANewcomerOfTheSameClientWaitsForASlowAnswer) {
  start({.max_connections = 2, .slow_after = milliseconds(200)});
  RawClient one = connect();
  RawClient two = connect();
  for (RawClient* lazy : {&one, &two}) {
    lazy->send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(lazy->response(/*head=*/true), StartsWith("HTTP/1.1 200 "));
  }
  RawClient other = connect();
  other.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(other.response(), EndsWith("/1|||loopback"));
}

TEST_F(ConnectionsTest, ReplacesTheConnectionThatIsIdleLongest) {
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

TEST_F(ConnectionsTest, KeepsANewcomerWaitingWhileAllAreBusyAndCutsNobodyShort) {
  start({.max_connections = 2});
  RawClient one = connect();
  RawClient two = connect();
  one.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  two.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_until_held(2);
  RawClient three = connect();
  RawClient four = connect();
  three.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  four.send("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
  release();
  EXPECT_THAT(one.response(), EndsWith("released"));
  EXPECT_THAT(two.response(), EndsWith("released"));
  EXPECT_THAT(three.response(), EndsWith("/3|||loopback"));
  EXPECT_THAT(four.response(), EndsWith("/4|||loopback"));
}

TEST_F(ConnectionsTest, AClientThatHasJustComeIsNotPutOutByTheNext) {
  start({.max_connections = 2, .idle_before_yield = std::chrono::hours(1)});
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
  }
  for (RawClient& client : clients) {
    client.send("GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  for (RawClient& client : clients) {
    EXPECT_THAT(client.response(), EndsWith("/1|||loopback"));
  }
}

TEST_F(ConnectionsTest, AnswersManyClientsAtOnce) {
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

}  // namespace
}  // namespace supercargo
