#include "agent/config/environment.h"

#include <gtest/gtest.h>

#include "tests/agent/config/config_test_support.h"

namespace supercargo::config {
namespace {

std::string expand(std::string_view text) {
  const auto result = expand_environment(
      text, test::lookup_in({{"NODE", "n1"}, {"EMPTY", ""}, {"ODD", "${NODE}$"}}));
  return result ? *result : "error: " + result.error().message;
}

TEST(ExpandEnvironment, ReplacesNames) {
  EXPECT_EQ(expand("${NODE}"), "n1");
  EXPECT_EQ(expand("a-${NODE}-b${NODE}"), "a-n1-bn1");
  EXPECT_EQ(expand("${EMPTY}"), "");
}

TEST(ExpandEnvironment, TakesTheDefaultForAnUnsetOrEmptyVariable) {
  EXPECT_EQ(expand("${NONE:-there}"), "there");
  EXPECT_EQ(expand("${EMPTY:-there}"), "there");
  EXPECT_EQ(expand("${NODE:-there}"), "n1");
  EXPECT_EQ(expand("${NONE:-}"), "");
}

TEST(ExpandEnvironment, DoesNotExpandWhatCameIn) {
  EXPECT_EQ(expand("${ODD}"), "${NODE}$");
}

TEST(ExpandEnvironment, LeavesOtherDollars) {
  EXPECT_EQ(expand("^a($|/)b$"), "^a($|/)b$");
  EXPECT_EQ(expand("$$"), "$");
  EXPECT_EQ(expand("$${NODE}"), "${NODE}");
  EXPECT_EQ(expand("$NODE"), "$NODE");
}

TEST(ExpandEnvironment, NamesAnUnsetVariable) {
  EXPECT_EQ(expand("x${NONE}"),
            "error: environment variable NONE is not set (${NONE:-text} gives a default)");
}

TEST(ExpandEnvironment, RefusesWhatIsNoName) {
  for (const auto* text : {"${", "${}", "${NODE", "${1A}", "${a b}", "${:-x}"}) {
    EXPECT_TRUE(expand(text).starts_with("error: \"${\" must be followed")) << text;
  }
}

TEST(ExpandEnvironment, BoundsTheResult) {
  const auto lookup = [](std::string_view) { return std::optional(std::string(100'000, 'x')); };
  EXPECT_TRUE(expand_environment("${A}${A}", lookup));
  EXPECT_FALSE(expand_environment("${A}${A}${A}", lookup));
}

TEST(EscapeDollars, IsUndoneByExpanding) {
  for (const auto* text : {"$", "$$", "$$$", "${NODE}", "$${", "a$b", "^(a|$)$"}) {
    EXPECT_EQ(expand(escape_dollars(text)), text);
  }
}

}  // namespace
}  // namespace supercargo::config
