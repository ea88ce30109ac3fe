#include "agent/http/basic_credentials.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(BasicCredentials, AreUserAndPassword) {
  const auto given = parse_basic_credentials("Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==");
  ASSERT_TRUE(given);
  EXPECT_EQ(given->user, "alice");
  EXPECT_EQ(given->password, "correct horse");
}

TEST(BasicCredentials, ThePasswordBeginsAtTheFirstColon) {
  const auto given = parse_basic_credentials("Basic YTpiOmM=");  // a:b:c
  ASSERT_TRUE(given);
  EXPECT_EQ(given->user, "a");
  EXPECT_EQ(given->password, "b:c");
}

TEST(BasicCredentials, BothMayBeEmpty) {
  const auto given = parse_basic_credentials("Basic Og==");
  ASSERT_TRUE(given);
  EXPECT_EQ(given->user, "");
  EXPECT_EQ(given->password, "");
}

TEST(BasicCredentials, TheSchemeHasNoCase) {
  EXPECT_TRUE(parse_basic_credentials("bAsIc YTpi"));
}

TEST(BasicCredentials, AnythingElseIsNone) {
  for (const std::string_view header : {"",
                                        "Basic",
                                        "Basic ",
                                        "Bearer YTpi",
                                        "Basic  YTpi",
                                        "Basic YTp",
                                        "Basic YT=i",
                                        "Basic ====",
                                        "Basic YWJj",
                                        "Basic YTpiAGM="}) {
    EXPECT_FALSE(parse_basic_credentials(header)) << header;
  }
}

TEST(BasicCredentials, AreNoMoreThanAKibibyte) {
  std::string header = "Basic YTpi";  // a:b
  header.append(1020, 'Y');
  EXPECT_TRUE(parse_basic_credentials(header));
  header.append(4, 'Y');
  EXPECT_FALSE(parse_basic_credentials(header));
}

}  // namespace
}  // namespace supercargo
