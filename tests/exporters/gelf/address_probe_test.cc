#include "exporters/gelf/address_probe.h"

#include <gtest/gtest.h>

#include "tests/support/graylog_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using Transport = GelfEndpoint::Transport;

Status ask(Transport transport, std::uint16_t port, const TlsConfig& tls = {}) {
  AddressProbe probe({transport, "127.0.0.1", port, {}}, tls, Milliseconds(2000));
  probe.start(steady_now());
  for (;;) {
    if (auto answer = probe.look(steady_now())) {
      EXPECT_FALSE(probe.running());
      return *answer;
    }
  }
}

TEST(AddressProbe, TellsWhoListens) {
  std::uint16_t port = 0;
  {
    GraylogStandIn server;
    port = server.tcp_port();
    EXPECT_TRUE(ask(Transport::kTcp, port));
    EXPECT_TRUE(ask(Transport::kHttp, server.http_port()));
    EXPECT_EQ(server.accepted(), 0U);
    EXPECT_EQ(server.torn(), 0U);
  }
  EXPECT_FALSE(ask(Transport::kTcp, port));
}

TEST(AddressProbe, AlwaysLikesUdp) {
  EXPECT_TRUE(ask(Transport::kUdp, 9));
}

TEST(AddressProbe, AsksForTheCertificate) {
  const test::TestAuthority authority;
  const auto pem = authority.issue("graylog", "IP:127.0.0.1");
  test::TempTree tree;
  tree.file("cert.pem", pem.certificate);
  tree.file("key.pem", pem.key);
  tree.file("ca.pem", authority.certificate());
  GraylogStandIn::Options options;
  options.certificate_file = tree.path("cert.pem");
  options.key_file = tree.path("key.pem");
  const GraylogStandIn server(options);
  TlsConfig tls;
  tls.ca_file = tree.path("ca.pem");
  EXPECT_TRUE(ask(Transport::kTls, server.tcp_port(), tls));
  EXPECT_TRUE(ask(Transport::kHttps, server.http_port(), tls));
  EXPECT_FALSE(ask(Transport::kTls, server.tcp_port()));
}

}  // namespace
}  // namespace supercargo
