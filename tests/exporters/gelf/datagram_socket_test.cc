#include "exporters/gelf/datagram_socket.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace supercargo {
namespace {

SocketAddress loopback(std::uint16_t port) {
  SocketAddress address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  v4->sin_family = AF_INET;
  v4->sin_port = htons(port);
  v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.length = sizeof(sockaddr_in);
  return address;
}

TEST(DatagramSocket, AsksTheKernelForAllErrors) {
  const auto socket = open_datagram_socket({loopback(9)});
  ASSERT_TRUE(socket);
  int on = 0;
  socklen_t length = sizeof(on);
  ASSERT_EQ(::getsockopt(socket->get(), IPPROTO_IP, IP_RECVERR, &on, &length), 0);
  EXPECT_EQ(on, 1);
}

TEST(DatagramSocket, NeedsAnAddress) {
  EXPECT_FALSE(open_datagram_socket({}));
}

TEST(DatagramSocket, AsksThePathHowLargeADatagramMayBe) {
  const auto socket = open_datagram_socket({loopback(9)});
  ASSERT_TRUE(socket);
  const std::size_t fits = smaller_datagram_bytes(socket->get(), 70'000);  // lo: 65536
  EXPECT_LT(fits, 65'536U);
  EXPECT_GT(fits, 1'000U);
}

TEST(DatagramSocket, HalvesWhereThePathDoesNotTell) {
  EXPECT_EQ(smaller_datagram_bytes(-1, 10'000), 5'000U);
  EXPECT_EQ(smaller_datagram_bytes(-1, 600), kSmallestDatagram);
}

}  // namespace
}  // namespace supercargo
