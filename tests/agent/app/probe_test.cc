#include "agent/app/probe.h"

#include <atomic>

#include <gmock/gmock.h>

#include "tests/support/http_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using test::HttpStandIn;
using test::HttpStandInOptions;
using test::StandInRequest;
using test::StandInResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds kPatience{30};

StandInResponse answer(const StandInRequest& request) {
  if (request.path == "/ready") {
    return {200, std::string(100'000, 'x'), {}, {}, false};
  }
  if (request.path == "/moved") {
    return {302, "", {{"Location", "/ready"}}, {}, false};
  }
  if (request.path == "/closed") {
    return {200, "", {}, {}, true};
  }
  if (request.path == "/slow") {
    return {200, "", {}, std::chrono::seconds(20), false};
  }
  if (request.path == "/guarded") {
    const bool known = request.header("authorization") == "Basic YWxpY2U6cGE6c3M=";  // alice:pa:ss
    return {known ? 204 : 401, "", {}, {}, false};
  }
  return {503, "journal: \x1b[31mlocked\nsecond line", {}, {}, false};
}

Result<int> ask(std::string url, std::chrono::milliseconds timeout = kPatience) {
  ProbeOptions options;
  options.url = std::move(url);
  options.timeout = timeout;
  return probe(options);
}

std::string reason(const Result<int>& result) {
  return result ? "yes" : result.error().message;
}

TEST(Probe, IsContentWithAnswersOfTwoHundredAndAbove) {
  const HttpStandIn server({}, answer);
  const auto status = ask(server.url() + "/ready");
  ASSERT_TRUE(status) << reason(status);
  EXPECT_EQ(*status, 200);
}

TEST(Probe, TellsStatusAndTheFirstLineOfAnyOtherAnswer) {
  const HttpStandIn server({}, answer);
  const std::string text = reason(ask(server.url() + "/x"));
  EXPECT_EQ(text, server.url() + "/x: answered 503: journal:  [31mlocked");
}

TEST(Probe, FollowsNoRedirect) {
  const HttpStandIn server({}, answer);
  EXPECT_THAT(reason(ask(server.url() + "/moved")), HasSubstr("answered 302"));
}

TEST(Probe, NamesWhatWentWrongWithoutAnAnswer) {
  HttpStandIn server({}, answer);
  EXPECT_THAT(reason(ask(server.url() + "/closed")), HasSubstr("Empty reply"));
  server.stop();
  EXPECT_THAT(reason(ask(server.url() + "/ready")), HasSubstr("/ready: "));
}

TEST(Probe, EndsWhenItsTimeIsOver) {
  const HttpStandIn server({}, answer);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(reason(ask(server.url() + "/slow", std::chrono::milliseconds(50))),
              HasSubstr("timed out"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST(Probe, AsksAgainForAsLongAsItMayWait) {
  std::atomic<int> asked{0};
  const HttpStandIn server({}, [&asked](const StandInRequest&) -> StandInResponse {
    return {++asked < 3 ? 503 : 200, "not yet", {}, {}, false};
  });
  ProbeOptions options;
  options.url = server.url() + "/ready";
  options.timeout = kPatience;
  options.wait = kPatience;
  const auto status = probe(options);
  ASSERT_TRUE(status) << reason(status);
  EXPECT_EQ(asked, 3);
}

TEST(Probe, TellsTheLastAnswerWhenItHasWaited) {
  const HttpStandIn server({}, answer);
  ProbeOptions options;
  options.url = server.url() + "/x";
  options.timeout = kPatience;
  options.wait = std::chrono::milliseconds(1);
  EXPECT_THAT(reason(probe(options)), HasSubstr("answered 503"));
}

TEST(Probe, SendsBasicCredentials) {
  const HttpStandIn server({}, answer);
  ProbeOptions options;
  options.url = server.url() + "/guarded";
  options.timeout = kPatience;
  EXPECT_THAT(reason(probe(options)), HasSubstr("answered 401"));
  options.username = "alice";
  options.password = "pa:ss";
  const auto status = probe(options);
  ASSERT_TRUE(status) << reason(status);
  EXPECT_EQ(*status, 204);
}

TEST(Probe, TakesNoCredentialsInTheUrlAndDoesNotRepeatThem) {
  EXPECT_THAT(reason(ask("http://alice:secret@127.0.0.1:1/")),
              AllOf(HasSubstr("SUPERCARGO_PROBE_PASSWORD"), Not(HasSubstr("secret"))));
}

TEST(Probe, SpeaksHttpOnly) {
  EXPECT_THAT(reason(ask("file:///etc/hostname")), HasSubstr("not supported"));
  EXPECT_THAT(reason(ask("127.0.0.1:9655/readyz")), HasSubstr("not a URL"));
  EXPECT_THAT(reason(ask("")), HasSubstr("not a URL"));
}

class ProbeOverTls : public ::testing::Test {
 protected:
  ProbeOverTls() {
    const test::TestAuthority::Pem server = authority_.issue("server", "DNS:localhost");
    tree_.file("ca.pem", authority_.certificate());
    tree_.file("server.pem", server.certificate);
    tree_.file("server.key", server.key);
    HttpStandInOptions options;
    options.tls.certificate_file = tree_.path("server.pem");
    options.tls.key_file = tree_.path("server.key");
    server_ = std::make_unique<HttpStandIn>(options, answer);
    options_.timeout = kPatience;
    options_.url = server_->url() + "/ready";  // an address that the certificate does not name
  }

  [[nodiscard]] std::string by_name() const {
    return "https://localhost:" + std::to_string(server_->port()) + "/ready";
  }

  test::TestAuthority authority_;
  test::TempTree tree_;
  std::unique_ptr<HttpStandIn> server_;
  ProbeOptions options_;
};

TEST_F(ProbeOverTls, RefusesACertificateThatNobodyVouchesFor) {
  EXPECT_THAT(reason(probe(options_)), HasSubstr("certificate"));
}

TEST_F(ProbeOverTls, TrustsANamedAuthorityForTheNamesInTheCertificate) {
  options_.tls.ca_file = tree_.path("ca.pem");
  EXPECT_THAT(reason(probe(options_)), HasSubstr("127.0.0.1"));
  options_.url = by_name();
  EXPECT_EQ(reason(probe(options_)), "yes");
}

TEST_F(ProbeOverTls, TakesAnyCertificateWhenToldTo) {
  options_.tls.skip_verify = true;
  EXPECT_EQ(reason(probe(options_)), "yes");
}

TEST_F(ProbeOverTls, NamesAnAuthorityFileThatIsNotThere) {
  options_.tls.ca_file = tree_.path("nowhere.pem");
  EXPECT_THAT(reason(probe(options_)), HasSubstr("nowhere.pem"));
}

}  // namespace
}  // namespace supercargo
