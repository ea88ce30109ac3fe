#include "agent/http/web_access.h"

#include <boost/asio/ssl/context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kTls =
    "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";

class WebAccessTest : public testing::Test {
 protected:
  WebAccessTest() { issue(); }

  void issue() {
    const auto pem = authority_.issue("localhost", "DNS:localhost");
    tree_.file("server.crt", pem.certificate);
    tree_.file("server.key", pem.key);
    tree_.file("ca.crt", authority_.certificate());
  }

  std::string error_of(const std::string& text) {
    tree_.file("web.yml", text);
    const auto access = WebAccess::open(tree_.path("web.yml"));
    return access ? "" : access.error().message;
  }

  test::TempTree tree_;
  const test::TestAuthority authority_;
};

TEST_F(WebAccessTest, LetsEverybodyInWithoutAFile) {
  const auto access = WebAccess::open("");
  ASSERT_TRUE(access);
  EXPECT_EQ((*access)->state()->tls, nullptr);
  EXPECT_TRUE((*access)->state()->users->empty());
}

TEST_F(WebAccessTest, NamesThePlaceOfAFileThatOpensslRefuses) {
  const std::string tls(kTls);
  EXPECT_EQ(error_of(tls), "");
  const std::string place = tree_.path("web.yml");
  tree_.file("server.crt", "no certificate");
  EXPECT_THAT(
      error_of(tls),
      StartsWith(place + ":2:14: tls_server_config.cert_file: " + tree_.path("server.crt")));
  issue();
  tree_.file("server.key", authority_.issue("other", "DNS:other").key);
  EXPECT_THAT(error_of(tls), StartsWith(place + ":3:13: tls_server_config.key_file: "));
  issue();
  EXPECT_THAT(error_of(tls + "  cipher_suites: [TLS_NONE]\n"),
              HasSubstr(":4:18: tls_server_config.cipher_suites: unknown cipher suite"));
  EXPECT_THAT(error_of(tls + "  curve_preferences: [P9]\n"), HasSubstr("unknown curve \"P9\""));
  EXPECT_THAT(error_of(tls + "  client_auth_type: RequireAndVerifyClientCert\n"
                             "  client_ca_file: nowhere.crt\n"),
              HasSubstr(":5:19: tls_server_config.client_ca_file: " + tree_.path("nowhere.crt")));
}

TEST_F(WebAccessTest, TakesEveryNamedCipherAndCurve) {
  EXPECT_EQ(error_of(std::string(kTls) +
                     "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "
                     "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]\n"
                     "  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n"),
            "");
}

TEST_F(WebAccessTest, ReadsChangedFilesAgainAndKeepsWhatWorked) {
  tree_.file("web.yml", kTls);
  const auto access = WebAccess::open(tree_.path("web.yml"));
  ASSERT_TRUE(access) << access.error().message;
  SteadyTime now{std::chrono::hours(1)};
  const auto next = [&] { return (*access)->state(now += std::chrono::seconds(2)); };
  const auto next_but = [&](const auto& before) {  // a busy machine may need several looks
    auto state = next();
    for (int looks = 0; looks < 100 && state == before; ++looks) {
      state = next();
    }
    return state;
  };
  const auto first = next();
  EXPECT_EQ(next(), first);

  issue();
  const auto second = next_but(first);
  EXPECT_NE(second->tls, first->tls);

  tree_.file("server.key", "no key");
  EXPECT_EQ(next(), second);
  tree_.file("web.yml", "tls_server_confg: {}\n");
  EXPECT_EQ(next(), second);

  tree_.file("web.yml",
             "basic_auth_users:\n"
             "  alice: $2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n");
  const auto third = next_but(second);
  EXPECT_EQ(third->tls, nullptr);
  EXPECT_EQ(third->users->size(), 1U);
}

}  // namespace
}  // namespace supercargo
