#include "exporters/gelf/stream_connection.h"

#include <gtest/gtest.h>

#include "tests/support/graylog_stand_in.h"

namespace supercargo {
namespace {

using State = StreamConnection::State;
using test::GraylogStandIn;

GelfEndpoint endpoint(std::uint16_t port) {
  return {GelfEndpoint::Transport::kTcp, "127.0.0.1", port, {}};
}

// Polls as a sender does, until the connection is open or failed.
Status open(StreamConnection& connection) {
  connection.open(steady_now());
  for (;;) {
    Status status = connection.advance(steady_now());
    if (!status || connection.state() == State::kOpen) {
      return status;
    }
    pollfd entry = connection.poll_entry(/*want_write=*/false);
    ::poll(&entry, 1, 1000);
  }
}

TEST(StreamConnection, CountsWhatThePeerHasAcknowledged) {
  GraylogStandIn server;
  StreamConnection connection(endpoint(server.tcp_port()), {}, Milliseconds(5000));
  ASSERT_TRUE(open(connection));
  const std::string data(1000, 'x');
  const auto count = connection.write(data);
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, data.size());
  EXPECT_EQ(connection.position(), data.size());
  const SteadyTime end = steady_now() + std::chrono::seconds(20);
  while (connection.acknowledged() < data.size() && steady_now() < end) {
    ASSERT_TRUE(connection.advance(steady_now()));
  }
  EXPECT_EQ(connection.acknowledged(), data.size());
}

TEST(StreamConnection, NoticesAPeerThatCloses) {
  GraylogStandIn server;
  StreamConnection connection(endpoint(server.tcp_port()), {}, Milliseconds(5000));
  ASSERT_TRUE(open(connection));
  ASSERT_TRUE(server.wait_for_connections(1, std::chrono::seconds(20)));
  server.close_connections(/*reset=*/false);
  pollfd entry = connection.poll_entry(/*want_write=*/false);
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  const Status status = connection.advance(steady_now());
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("closed by the peer"), std::string::npos);
  EXPECT_EQ(connection.state(), State::kClosed);
}

TEST(StreamConnection, FailsWhereNobodyListensAndOpensAgainLater) {
  std::uint16_t port = 0;
  {
    const GraylogStandIn gone;
    port = gone.tcp_port();
  }
  StreamConnection connection(endpoint(port), {}, Milliseconds(5000));
  EXPECT_FALSE(open(connection));
  EXPECT_EQ(connection.state(), State::kClosed);
  GraylogStandIn::Options options;
  options.tcp_port = port;
  const GraylogStandIn server(options);
  EXPECT_TRUE(open(connection));
}

TEST(StreamConnection, GivesUpALookupAtItsDeadline) {
  StreamConnection connection(
      {GelfEndpoint::Transport::kTcp, "localhost", 1, {}}, {}, Milliseconds(5000));
  const SteadyTime start = steady_now();
  connection.open(start);
  ASSERT_EQ(connection.state(), State::kConnecting);
  EXPECT_EQ(connection.deadline(), start + Milliseconds(5000));
  EXPECT_FALSE(connection.advance(start + Milliseconds(5001)));
  EXPECT_EQ(connection.state(), State::kClosed);
}

}  // namespace
}  // namespace supercargo
