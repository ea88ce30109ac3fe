#include "exporters/transport/closed_sockets.h"

#include <array>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

// Two ends of a TCP connection over loopback.
struct Pair {
  Pair() {
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    auto* address = reinterpret_cast<sockaddr*>(&name);
    EXPECT_EQ(::bind(listener.get(), address, size), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener.get(), address, &size), 0);
    client.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(client.get(), address, size), 0);
    server.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_EQ(::getsockname(client.get(), address, &size), 0);
    port = ntohs(name.sin_port);
  }

  void write(std::size_t count) const {
    const std::string text(count, 'x');
    EXPECT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(count));
  }

  void wait_for(short events) const {
    pollfd wanted{client.get(), events, 0};
    EXPECT_EQ(::poll(&wanted, 1, 20'000), 1);
  }

  UniqueFd client;
  UniqueFd server;
  std::uint16_t port = 0;
};

bool lacked(Pair& pair) {
  ClosedSockets closed;
  EXPECT_EQ(ClosedSockets::close(&closed, pair.client.release()), 0);
  return closed.lacked_the_end(pair.port);
}

TEST(ClosedSockets, KnowThatAPeerWhichHadClosedTookNothing) {
  Pair pair;
  pair.server.reset();
  pair.wait_for(POLLIN);  // its end has come
  pair.write(300);
  pair.wait_for(POLLERR);  // the reset that answers
  EXPECT_TRUE(lacked(pair));
}

TEST(ClosedSockets, KnowThatAPeerWhichReadAllMayHaveIt) {
  Pair pair;
  pair.write(300);
  std::array<char, 300> bytes{};
  EXPECT_EQ(::recv(pair.server.get(), bytes.data(), bytes.size(), MSG_WAITALL), 300);
  pair.server.reset();
  pair.wait_for(POLLIN);
  EXPECT_FALSE(lacked(pair));
}

TEST(ClosedSockets, DoNotTakeTheAlertAtTheEndOfTlsForALackingRequest) {
  Pair pair;
  pair.server.reset();
  pair.wait_for(POLLIN);
  pair.write(31);
  pair.wait_for(POLLERR);
  EXPECT_FALSE(lacked(pair));
}

TEST(ClosedSockets, KnowNothingOfOtherConnections) {
  const ClosedSockets closed;
  EXPECT_FALSE(closed.lacked_the_end(80));
}

}  // namespace
}  // namespace supercargo
