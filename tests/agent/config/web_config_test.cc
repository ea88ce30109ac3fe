#include "agent/config/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;

constexpr std::string_view kHash = "$2y$10$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";

std::vector<std::string> errors_of(std::string_view text) {
  return parse_web_config(text, "web.yml").errors;
}

TEST(WebConfig, ReadsThePrometheusForm) {
  const auto result = parse_web_config(R"(tls_server_config:
  cert_file: server.crt
  key_file: /tls/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca/ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519]
http_server_config:
  http2: true
  headers: {Strict-Transport-Security: max-age=600}
basic_auth_users:
  alice: $2y$10$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e
)",
                                       "/etc/web.yml");
  ASSERT_TRUE(result) << result.errors.front();
  const WebConfig& config = result.loaded->config;
  EXPECT_TRUE(config.tls.enabled());
  EXPECT_EQ(config.tls.cert_file, "/etc/server.crt");
  EXPECT_EQ(config.tls.key_file, "/tls/server.key");
  EXPECT_EQ(config.tls.client_ca_file, "/etc/ca/ca.crt");
  EXPECT_EQ(config.tls.client_auth_type, WebTlsConfig::ClientAuth::kRequireAndVerifyClientCert);
  EXPECT_EQ(config.tls.min_version, WebTlsConfig::Version::kTls13);
  EXPECT_FALSE(config.tls.prefer_server_cipher_suites);
  EXPECT_THAT(config.tls.client_allowed_sans, ElementsAre("prometheus.example"));
  EXPECT_EQ(config.http.headers.at("Strict-Transport-Security"), "max-age=600");
  EXPECT_EQ(config.basic_auth_users.at("alice"), kHash);
  EXPECT_EQ(result.loaded->places.at("tls_server_config.key_file"), "/etc/web.yml:3:13");
}

TEST(WebConfig, IsPlainHttpForEverybodyWhenItIsEmpty) {
  for (const char* text : {"", "tls_server_config: {}\n", "basic_auth_users: {}\n"}) {
    const auto result = parse_web_config(text, "web.yml");
    ASSERT_TRUE(result) << text;
    EXPECT_FALSE(result.loaded->config.tls.enabled());
    EXPECT_TRUE(result.loaded->config.basic_auth_users.empty());
  }
}

TEST(WebConfig, NamesEachErrorWithItsPlace) {
  EXPECT_THAT(
      errors_of(R"(tls_server_config:
  cert_file: a.crt
  client_ca_file: ca.crt
  min_version: TLS13
  max_version: TLS12
basic_auth_user: {}
)"),
      ElementsAre("web.yml:2:14: tls_server_config.cert_file: needs a key_file, too",
                  "web.yml:3:19: tls_server_config.client_ca_file: needs a client_auth_type that "
                  "asks for certificates",
                  "web.yml:5:16: tls_server_config.max_version: is older than min_version",
                  "web.yml:6:1: basic_auth_user: unknown key; did you mean \"basic_auth_users\"?"));
}

TEST(WebConfig, TakesNoPasswordForAHashAndNeverPrintsOne) {
  const auto errors = errors_of("basic_auth_users: {alice: secret}\n");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors.front(), testing::HasSubstr("expected a bcrypt hash"));
  EXPECT_THAT(errors.front(), testing::Not(testing::HasSubstr("secret")));
  EXPECT_THAT(errors_of("basic_auth_users: {\"a:b\": \"" + std::string(kHash) + "\"}\n"),
              ElementsAre(testing::HasSubstr("have a colon")));
  std::string slow(kHash);
  slow.replace(4, 2, "31");
  EXPECT_THAT(errors_of("basic_auth_users: {alice: \"" + slow + "\"}\n"),
              ElementsAre(testing::HasSubstr("cost between 4 and 15")));
}

TEST(WebConfig, TakesOnlyTheHeadersThatPrometheusTakes) {
  EXPECT_THAT(errors_of("http_server_config: {headers: {Set-Cookie: x}}\n"),
              ElementsAre(testing::HasSubstr("expected one of Content-Security-Policy")));
  EXPECT_THAT(errors_of("http_server_config: {headers: {X-Frame-Options: \"a\\r\\nb\"}}\n"),
              ElementsAre(testing::HasSubstr("control characters and line ends")));
}

TEST(WebConfig, NamesAFileThatCannotBeRead) {
  const auto result = load_web_config("/nonexistent/web.yml");
  EXPECT_THAT(result.errors,
              ElementsAre(testing::StartsWith("/nonexistent/web.yml:1:1: cannot read the file:")));
  const test::TempTree tree;
  EXPECT_FALSE(load_web_config(tree.root().string()));
}

}  // namespace
}  // namespace supercargo
