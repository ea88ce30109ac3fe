#include "exporters/gelf/tls_session.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

TEST(TlsSession, BeginsWithAClientHello) {
  auto session = TlsSession::create({}, "graylog.test");
  ASSERT_TRUE(session) << session.error().message;
  const auto done = session->handshake();
  ASSERT_TRUE(done);
  EXPECT_FALSE(*done);
  std::string wire;
  session->take_output(wire);
  EXPECT_TRUE(wire.starts_with("\x16\x03"));
  EXPECT_NE(wire.find("graylog.test"), std::string::npos);
}

TEST(TlsSession, GivesUpAPeerThatTalksSomethingElse) {
  auto session = TlsSession::create({}, "127.0.0.1");
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->handshake());
  ASSERT_TRUE(session->feed("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const auto done = session->handshake();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message.substr(0, 15), "tls: handshake:");
}

TEST(TlsSession, NamesTheFileThatIsWrong) {
  const test::TempTree tree;
  TlsConfig config;
  config.ca_file = tree.path("none.pem");
  EXPECT_NE(TlsSession::create(config, "h").error().message.find("ca_file"), std::string::npos);
  config.ca_file.clear();
  config.certificate_file = tree.path("none.pem");
  EXPECT_NE(TlsSession::create(config, "h").error().message.find("certificate_file"),
            std::string::npos);
  config.certificate_file.clear();
  config.key_file = tree.path("none.pem");
  EXPECT_NE(TlsSession::create(config, "h").error().message.find("key_file"), std::string::npos);
}

TEST(TlsSession, RefusesAKeyThatIsNotTheCertificates) {
  test::TempTree tree;
  const test::TestAuthority authority;
  tree.file("a.pem", authority.issue("a", "DNS:a").certificate);
  tree.file("b.key", authority.issue("b", "DNS:b").key);
  TlsConfig config;
  config.certificate_file = tree.path("a.pem");
  config.key_file = tree.path("b.key");
  EXPECT_FALSE(TlsSession::create(config, "h"));
}

}  // namespace
}  // namespace supercargo
