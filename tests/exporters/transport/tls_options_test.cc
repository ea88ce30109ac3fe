#include "exporters/transport/tls_options.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

HttpEndpoint endpoint(const std::string& url, const std::string& server_name) {
  const Result<HttpEndpoint> made = make_http_endpoint(url, server_name);
  EXPECT_TRUE(made) << url;
  return made ? *made : HttpEndpoint{};
}

TEST(TlsOptions, LeavesAUrlWithoutServerNameAlone) {
  const HttpEndpoint plain = endpoint("https://loki:3100/push", "");
  EXPECT_EQ(plain.url, "https://loki:3100/push");
  EXPECT_EQ(plain.connect_to, "");
  EXPECT_EQ(plain.host_header, "");
}

TEST(TlsOptions, PutsTheServerNameInTheUrlAndTheAddressInConnectTo) {
  const HttpEndpoint named = endpoint("https://10.0.0.7:3100/push", "loki.test");
  EXPECT_EQ(named.url, "https://loki.test:3100/push");
  EXPECT_EQ(named.connect_to, "::10.0.0.7:3100");
  EXPECT_EQ(named.host_header, "Host: 10.0.0.7:3100");
}

TEST(TlsOptions, KnowsTheDefaultPortAndBracketsOfAddresses) {
  const HttpEndpoint named = endpoint("https://[::1]/push", "loki.test");
  EXPECT_EQ(named.url, "https://loki.test/push");
  EXPECT_EQ(named.connect_to, "::[::1]:443");
  EXPECT_EQ(named.host_header, "Host: [::1]");
}

TEST(TlsOptions, NamesTheFileThatCannotBeRead) {
  TlsConfig config;
  EXPECT_TRUE(check_tls_files(config));
  config.certificate_file = "/nonexistent/agent.pem";
  const Status checked = check_tls_files(config);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kConfig);
  EXPECT_EQ(checked.error().message,
            "tls.certificate_file: read /nonexistent/agent.pem: No such file or directory");
}

TEST(TlsOptions, IgnoresTheServerNameWithoutTls) {
  EXPECT_EQ(endpoint("http://loki:3100", "loki.test").connect_to, "");
}

TEST(TlsOptions, RefusesAUrlWithoutPrintingIt) {
  const Result<HttpEndpoint> made = make_http_endpoint("http://user:pa ss@host:99999999/", "");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kConfig);
  EXPECT_EQ(made.error().message.find("pa ss"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
