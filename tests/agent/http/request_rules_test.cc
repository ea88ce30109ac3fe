#include "agent/http/request_rules.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

unsigned status_of(const RequestHead& head) {
  const std::optional<HttpResponse> response = refusal(head);
  return response ? response->status : 200;
}

TEST(RequestRules, ServeGetAndHeadOfPathsAlone) {
  EXPECT_EQ(status_of({.method = "GET", .target = "/metrics"}), 200U);
  EXPECT_EQ(status_of({.method = "HEAD", .target = "/"}), 200U);
  EXPECT_EQ(status_of({.method = "POST", .target = "/"}), 405U);
  EXPECT_EQ(status_of({.method = "GET", .target = "/", .has_body = true}), 413U);
  EXPECT_EQ(status_of({.method = "GET", .target = "metrics"}), 400U);
  EXPECT_EQ(status_of({.method = "GET", .target = ""}), 400U);
  EXPECT_EQ(status_of({.method = "GET", .target = "ftp://x/metrics"}), 400U);
}

TEST(RequestRules, SplitPathAndQuery) {
  EXPECT_EQ(split_target("/metrics").path, "/metrics");
  EXPECT_EQ(split_target("/metrics?a=b?c").path, "/metrics");
  EXPECT_EQ(split_target("/metrics?a=b?c").query, "a=b?c");
}

TEST(RequestRules, TakeAWholeUrlForItsPath) {
  for (const char* target : {"http://node:9655/metrics?x", "https://[::1]/metrics?x"}) {
    EXPECT_EQ(status_of({.method = "GET", .target = target}), 200U);
    EXPECT_EQ(split_target(target).path, "/metrics");
    EXPECT_EQ(split_target(target).query, "x");
  }
  for (const char* target : {"http://node:9655", "http://", "http://node?x=/y"}) {
    EXPECT_EQ(status_of({.method = "GET", .target = target}), 200U);
    EXPECT_EQ(split_target(target).path, "/") << target;
  }
}

}  // namespace
}  // namespace supercargo
