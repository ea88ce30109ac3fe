#include <gmock/gmock.h>

#include "tests/exporters/transport/http_client_support.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;
using test::HttpStandIn;
using test::StandInRequest;
using test::StandInResponse;
using test::TestAuthority;

// A server with a certificate for `names`, and the files that a client needs.
class TlsServer {
 public:
  explicit TlsServer(const std::string& names, bool ask_client = false) {
    const TestAuthority::Pem server = authority_.issue("server", names);
    const TestAuthority::Pem client = authority_.issue("client", "DNS:client.test");
    tree_.file("ca.pem", authority_.certificate());
    tree_.file("server.pem", server.certificate);
    tree_.file("server.key", server.key);
    tree_.file("client.pem", client.certificate);
    tree_.file("client.key", client.key);
    test::HttpStandInOptions options;
    options.tls.certificate_file = path("server.pem");
    options.tls.key_file = path("server.key");
    options.tls.client_ca_file = ask_client ? path("ca.pem") : "";
    server_ = std::make_unique<HttpStandIn>(options, [this](const StandInRequest& request) {
      host_ = request.header("host");
      return StandInResponse{204, "", {}, {}, false};
    });
  }

  [[nodiscard]] std::string path(std::string_view name) const { return tree_.path(name); }

  [[nodiscard]] std::string port() const { return std::to_string(server_->port()); }

  // Stops the server.
  [[nodiscard]] std::string host_header() {
    server_->stop();
    return host_;
  }

  HttpResult post(const TlsConfig& tls) {
    HttpClientOptions options;
    options.tls = tls;
    return post(*test::make_client(options));
  }

  HttpResult post(HttpClient& client) {
    return test::post(client, test::request_to(server_->url() + "/push", 1));
  }

  void replace(std::string_view name, const std::string& text) { tree_.file(name, text); }

  [[nodiscard]] const TestAuthority& authority() const { return authority_; }

 private:
  TestAuthority authority_;
  test::TempTree tree_;
  std::string host_;
  std::unique_ptr<HttpStandIn> server_;
};

TEST(HttpClientTls, TrustsTheConfiguredAuthority) {
  TlsServer server("IP:127.0.0.1");
  TlsConfig tls;
  tls.ca_file = server.path("ca.pem");
  const HttpResult result = server.post(tls);
  EXPECT_EQ(result.status, 204) << result.error;
}

TEST(HttpClientTls, RefusesAnUnknownAuthority) {
  TlsServer server("IP:127.0.0.1");
  const HttpResult result = server.post({});
  EXPECT_EQ(result.failure, Failure::kTls);
  EXPECT_THAT(result.error, testing::HasSubstr("certificate"));
}

TEST(HttpClientTls, RefusesACertificateForAnotherName) {
  TlsServer server("DNS:loki.test");
  TlsConfig tls;
  tls.ca_file = server.path("ca.pem");
  EXPECT_EQ(server.post(tls).failure, Failure::kTls);
}

TEST(HttpClientTls, ChecksTheConfiguredServerNameAndKeepsTheHostHeader) {
  TlsServer server("DNS:loki.test");
  TlsConfig tls;
  tls.ca_file = server.path("ca.pem");
  tls.server_name = "loki.test";
  const HttpResult result = server.post(tls);
  EXPECT_EQ(result.status, 204) << result.error;
  EXPECT_EQ(server.host_header(), "127.0.0.1:" + server.port());
}

TEST(HttpClientTls, ChecksNothingWhenToldSo) {
  TlsServer server("DNS:other.test");
  TlsConfig tls;
  tls.skip_verify = true;
  EXPECT_EQ(server.post(tls).status, 204);
}

TEST(HttpClientTls, ShowsItsCertificate) {
  TlsServer server("IP:127.0.0.1", /*ask_client=*/true);
  TlsConfig tls;
  tls.ca_file = server.path("ca.pem");
  EXPECT_NE(server.post(tls).failure, Failure::kNone);
  tls.certificate_file = server.path("client.pem");
  tls.key_file = server.path("client.key");
  const HttpResult result = server.post(tls);
  EXPECT_EQ(result.status, 204) << result.error;
}

HttpClientOptions with_files(const TlsServer& server) {
  HttpClientOptions options = test::quick_options();
  options.tls.ca_file = server.path("ca.pem");
  options.tls.certificate_file = server.path("client.pem");
  options.tls.key_file = server.path("client.key");
  return options;
}

TEST(HttpClientTls, ShowsARenewedCertificateOnItsNextConnection) {
  TlsServer server("IP:127.0.0.1", /*ask_client=*/true);
  const TestAuthority other;
  const TestAuthority::Pem foreign = other.issue("client", "DNS:client.test");
  server.replace("client.pem", foreign.certificate);
  server.replace("client.key", foreign.key);
  const auto client = test::make_client(with_files(server));
  EXPECT_NE(server.post(*client).failure, Failure::kNone);
  const TestAuthority::Pem renewed = server.authority().issue("client", "DNS:client.test");
  server.replace("client.pem", renewed.certificate);
  server.replace("client.key", renewed.key);
  const HttpResult result = server.post(*client);
  EXPECT_EQ(result.status, 204) << result.error;
}

TEST(HttpClientTls, TrustsARenewedAuthorityAsSoonAsTheOldOneFails) {
  TlsServer server("IP:127.0.0.1");
  const std::string right = server.authority().certificate();
  server.replace("ca.pem", TestAuthority().certificate());
  HttpClientOptions options = test::quick_options();
  options.tls.ca_file = server.path("ca.pem");
  const auto client = test::make_client(options);
  EXPECT_EQ(server.post(*client).failure, Failure::kTls);
  server.replace("ca.pem", right);
  const HttpResult result = server.post(*client);
  EXPECT_EQ(result.status, 204) << result.error;
}

TEST(HttpClientTls, ReportsACaFileThatIsNone) {
  TlsServer server("IP:127.0.0.1");
  TlsConfig tls;
  tls.ca_file = "/dev/null";
  EXPECT_EQ(server.post(tls).failure, Failure::kTls);
}

TEST(HttpClientTls, IsNotMadeWithAFileThatIsNotThere) {
  HttpClientOptions options;
  options.tls.ca_file = "/nonexistent/ca.pem";
  const auto client = HttpClient::create(options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace supercargo
