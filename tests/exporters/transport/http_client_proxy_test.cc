#include <cstdlib>

#include <gmock/gmock.h>

#include "tests/exporters/transport/http_client_support.h"
#include "tests/support/proxy_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using test::ProxyStandIn;
using test::Receiver;
using testing::ElementsAre;
using testing::IsEmpty;

// Proxies stand in the environment, which is the process's: put back as it was.
class HttpClientProxy : public testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"http_proxy", "https_proxy", "no_proxy"}) {
      ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): the test's other threads do not read it
    }
  }

  static void set(const char* name, const std::string& value) {
    ::setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): likewise
  }

  ProxyStandIn proxy_;
};

TEST_F(HttpClientProxy, GetsRequestsInItsClear) {
  Receiver receiver({204, "", {}, {}, false});
  set("http_proxy", proxy_.url());
  const auto client = test::make_client();
  const std::string address = "127.0.0.1:" + std::to_string(receiver.port());
  EXPECT_EQ(test::post(*client, test::request_to("http://" + address + "/push", 1)).status, 204);
  EXPECT_EQ(test::post(*client, test::request_to("http://" + address + "/push", 2)).status, 204);
  EXPECT_THAT(proxy_.requests(), ElementsAre("POST http://" + address + "/push HTTP/1.1"));
  ASSERT_EQ(receiver.requests().size(), 2U);
  EXPECT_EQ(receiver.requests()[1].body, "body");
}

TEST_F(HttpClientProxy, IsNotAskedForWhatNoProxyNames) {
  Receiver receiver({204, "", {}, {}, false});
  set("http_proxy", proxy_.url());
  set("no_proxy", "loki.test,127.0.0.1");
  const auto client = test::make_client();
  EXPECT_EQ(test::post(*client, test::request_to(receiver.url(), 1)).status, 204);
  EXPECT_THAT(proxy_.requests(), IsEmpty());
}

TEST_F(HttpClientProxy, TunnelsTlsThatItCannotRead) {
  const test::TestAuthority authority;
  const test::TestAuthority::Pem pem = authority.issue("loki", "DNS:loki.test");
  test::TempTree tree;
  tree.file("ca.pem", authority.certificate());
  tree.file("server.pem", pem.certificate);
  tree.file("server.key", pem.key);
  test::HttpStandInOptions options;
  options.tls.certificate_file = tree.path("server.pem");
  options.tls.key_file = tree.path("server.key");
  Receiver receiver({204, "", {}, {}, false}, options);
  set("https_proxy", proxy_.url());
  HttpClientOptions client_options = test::quick_options();
  client_options.tls.ca_file = tree.path("ca.pem");
  const auto client = test::make_client(client_options);
  const std::string address = "loki.test:" + std::to_string(receiver.port());
  const HttpResult result = test::post(*client, test::request_to("https://" + address + "/p", 1));
  EXPECT_EQ(result.status, 204) << result.error;
  EXPECT_THAT(proxy_.requests(), ElementsAre("CONNECT " + address + " HTTP/1.1"));
  EXPECT_EQ(receiver.requests()[0].header("host"), address);
}

TEST_F(HttpClientProxy, ThatIsGoneIsAFailureOfTheConnection) {
  std::string gone;
  {
    const ProxyStandIn other;
    gone = other.url();
  }
  set("http_proxy", gone);
  const auto client = test::make_client();
  EXPECT_EQ(test::post(*client, test::request_to("http://loki.test/", 1)).failure,
            HttpResult::Failure::kConnection);
}

}  // namespace
}  // namespace supercargo
