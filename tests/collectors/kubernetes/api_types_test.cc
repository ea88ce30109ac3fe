#include "collectors/kubernetes/api_types.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using Failure = ApiAnswer::Failure;

TEST(ApiTypesTest, NamesTheReasonOfAFailure) {
  EXPECT_EQ(failure_reason({Failure::kConnection, 0}), "connection");
  EXPECT_EQ(failure_reason({Failure::kConnection, 200}), "cut");
  EXPECT_EQ(failure_reason({Failure::kToken, 0}), "token");
  EXPECT_EQ(failure_reason({Failure::kNone, 401}), "unauthorized");
  EXPECT_EQ(failure_reason({Failure::kNone, 503}), "status");
}

TEST(ApiTypesTest, TellsPeopleWhatTheServerSaid) {
  EXPECT_EQ(failure_text({Failure::kConnection, 0, "no route"}), "no route");
  EXPECT_EQ(failure_text({Failure::kNone, 503, "", R"({"message":"busy"})"}), "status 503: busy");
  EXPECT_EQ(failure_text({Failure::kNone, 502, "", "<html>"}), "status 502: <html>");
}

TEST(ApiTypesTest, EscapesAllThatMeansSomethingInAQuery) {
  EXPECT_EQ(url_escaped("ip-10.0_1~a"), "ip-10.0_1~a");
  EXPECT_EQ(url_escaped("a&b=c,d %\xC3"), "a%26b%3Dc%2Cd%20%25%C3");
}

}  // namespace
}  // namespace supercargo
