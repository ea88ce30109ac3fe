#include <gmock/gmock.h>

#include "tests/exporters/transport/http_client_support.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;
using test::make_client;
using test::post;
using test::quick_options;
using test::Receiver;
using test::request_to;
using testing::HasSubstr;

TEST(HttpClientSecrets, SendsUserNameAndPassword) {
  Receiver receiver;
  HttpClientOptions options = quick_options();
  options.auth.username = "Aladdin";
  options.auth.password.value = "open sesame";
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  EXPECT_EQ(receiver.requests()[0].header("authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(HttpClientSecrets, SendsARotatedBearerToken) {
  test::TempTree tree;
  tree.file("token", "first\n");
  Receiver receiver;
  HttpClientOptions options = quick_options();
  options.auth.bearer_token.file = tree.path("token");
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  tree.file("token", "second\n");
  post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(receiver.requests()[0].header("authorization"), "Bearer first");
  EXPECT_EQ(receiver.requests()[1].header("authorization"), "Bearer second");
}

TEST(HttpClientSecrets, ReadsTheTokenAgainAfterItWasRefused) {
  test::TempTree tree;
  tree.file("token", "first");
  Receiver receiver({401, "", {}, {}, false});
  HttpClientOptions options = quick_options();
  options.secret_refresh = std::chrono::hours(1);
  options.auth.bearer_token.file = tree.path("token");
  const auto client = make_client(options);
  post(*client, request_to(receiver.url(), 1));
  tree.file("token", "second");
  post(*client, request_to(receiver.url(), 2));
  EXPECT_EQ(receiver.requests()[1].header("authorization"), "Bearer second");
}

TEST(HttpClientSecrets, FailsARequestWhoseSecretCannotBeRead) {
  HttpClientOptions options = quick_options();
  options.auth.bearer_token.file = "/nonexistent/token";
  const auto client = make_client(options);
  const HttpResult result = post(*client, request_to("http://127.0.0.1:1/", 1));
  EXPECT_EQ(result.failure, Failure::kSecret);
  EXPECT_THAT(result.error, HasSubstr("/nonexistent/token"));
}

}  // namespace
}  // namespace supercargo
