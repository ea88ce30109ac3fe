#include "agent/http/listen.h"

#include <cerrno>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace supercargo {
namespace {

void expect_address(std::string_view text, std::string_view host, std::uint16_t port, bool v6) {
  const auto address = parse_listen_address(text);
  ASSERT_TRUE(address) << text;
  EXPECT_EQ(address->host, host) << text;
  EXPECT_EQ(address->port, port) << text;
  EXPECT_EQ(address->v6, v6) << text;
}

TEST(ParseListenAddress, KnowsBothFamilies) {
  expect_address("[::]:9655", "::", 9655, true);
  expect_address(":9655", "::", 9655, true);
  expect_address("[::1]:0", "::1", 0, true);
  expect_address("127.0.0.1:0", "127.0.0.1", 0, false);
  expect_address("0.0.0.0:65535", "0.0.0.0", 65535, false);
}

TEST(ParseListenAddress, RefusesTheRestAndSaysWhatIsExpected) {
  for (const char* text : {"",
                           "9655",
                           "localhost:9655",
                           "[::]",
                           "[::]:",
                           "[::]:65536",
                           "[::]:-1",
                           "[::]:96 ",
                           "::1:9655",
                           "[127.0.0.1]:1",
                           "1.2.3:1",
                           "[:1"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kConfig);
    EXPECT_EQ(address.error().message,
              "listen address \"" + std::string(text) +
                  "\": expected a numeric address and a port, such as [::]:9655 or "
                  "127.0.0.1:9655");
  }
}

int machine_without_ipv6(int domain, int type, int protocol) {
  if (domain == AF_INET6) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  return ::socket(domain, type, protocol);
}

TEST(OpenListener, TellsThePortThatTheKernelChose) {
  const auto listener = open_listener({.host = "127.0.0.1", .port = 0, .v6 = false});
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_NE(listener->port, 0);
  EXPECT_FALSE(listener->v6);
}

TEST(OpenListener, FallsBackToIpv4OnlyForTheAnyAddress) {
  const auto any = open_listener({.host = "::", .port = 0, .v6 = true}, machine_without_ipv6);
  ASSERT_TRUE(any) << any.error().message;
  EXPECT_FALSE(any->v6);
  EXPECT_NE(any->port, 0);
  const auto one = open_listener({.host = "::1", .port = 9655, .v6 = true}, machine_without_ipv6);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().message, "listen on [::1]:9655: Address family not supported by protocol");
}

TEST(OpenListener, NamesAnAddressThatIsNotThisMachines) {
  const auto listener = open_listener({.host = "192.0.2.1", .port = 9655, .v6 = false});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().message, "listen on 192.0.2.1:9655: Cannot assign requested address");
}

}  // namespace
}  // namespace supercargo
