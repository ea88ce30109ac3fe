#include "agent/pipeline/namespace_patterns.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

bool matches(const std::vector<std::string>& patterns, std::string_view name) {
  const Result<NamespacePatterns> made = NamespacePatterns::create(patterns);
  EXPECT_TRUE(made);
  return made && made->match(name);
}

TEST(NamespacePatterns, MatchNothingWhenThereAreNone) {
  EXPECT_FALSE(matches({}, "shop"));
  EXPECT_FALSE(matches({}, ""));
  EXPECT_TRUE(NamespacePatterns().empty());
}

TEST(NamespacePatterns, AreNamesAndGlobsForTheWholeName) {
  EXPECT_TRUE(matches({"shop"}, "shop"));
  EXPECT_FALSE(matches({"shop"}, "shop-2"));
  EXPECT_TRUE(matches({"web", "shop-?"}, "shop-2"));
  EXPECT_FALSE(matches({"shop-?"}, "shop-"));
  EXPECT_TRUE(matches({"*-staging"}, "shop-staging"));
  EXPECT_FALSE(matches({"a.b"}, "axb"));
}

TEST(NamespacePatterns, AreExpressionsBetweenSlashes) {
  EXPECT_TRUE(matches({"/team-(a|b)(-.*)?/"}, "team-a-x"));
  EXPECT_FALSE(matches({"/team-(a|b)/"}, "my-team-a"));
  EXPECT_TRUE(matches({"/a|b/", "c"}, "b"));
  EXPECT_FALSE(matches({"/a|b/", "c"}, "ac"));
}

TEST(NamespacePatterns, TakeWhatIsOutsideOfKubernetesByAnyTextAlone) {
  EXPECT_TRUE(matches({"*"}, ""));
  EXPECT_FALSE(matches({"?*"}, ""));
}

TEST(NamespacePatterns, RefuseABrokenExpression) {
  const Result<NamespacePatterns> made = NamespacePatterns::create({"/(/"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace supercargo
