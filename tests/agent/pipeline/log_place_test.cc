#include "agent/pipeline/log_place.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

LogsConfig two_environments() {
  LogsConfig config;
  config.cluster = "eu-1";
  config.environment = "production";
  config.environments = {{{"staging", "*-staging"}, "staging"}, {{"/(dev|old)-.+/"}, "test"}};
  return config;
}

TEST(LogPlace, SaysNothingByDefault) {
  const Result<LogPlace> place = LogPlace::create({});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->cluster(), "");
  EXPECT_EQ(place->environment_of("shop"), "");
  EXPECT_FALSE(place->tells_environment());
}

TEST(LogPlace, TellsTheEnvironmentOfTheFirstEntryThatMatchesElseTheCommonOne) {
  const Result<LogPlace> place = LogPlace::create(two_environments());
  ASSERT_TRUE(place);
  EXPECT_EQ(place->cluster(), "eu-1");
  EXPECT_EQ(place->environment_of("old-staging"), "staging");
  EXPECT_EQ(place->environment_of("dev-1"), "test");
  EXPECT_EQ(place->environment_of("shop"), "production");
  EXPECT_EQ(place->environment_of(""), "production");
  EXPECT_EQ(place->most_bytes(), 14U);
}

TEST(LogPlace, LeavesToAnOutputWhatItSaysByItself) {
  const Result<LogPlace> place = LogPlace::create(two_environments());
  ASSERT_TRUE(place);
  const LogPlace without_cluster = place->without({{"cluster", "x"}, {"team", "y"}});
  EXPECT_EQ(without_cluster.cluster(), "");
  EXPECT_EQ(without_cluster.environment_of("staging"), "staging");
  const LogPlace without_environment = place->without({{"_environment", "x"}});
  EXPECT_EQ(without_environment.cluster(), "eu-1");
  EXPECT_EQ(without_environment.environment_of("staging"), "");
  EXPECT_FALSE(without_environment.tells_environment());
}

TEST(LogPlace, RefusesABrokenExpressionAndNamesItsEnvironment) {
  LogsConfig config;
  config.environments = {{{"/(/"}, "staging"}};
  const Result<LogPlace> place = LogPlace::create(config);
  ASSERT_FALSE(place);
  EXPECT_NE(place.error().message.find("environment staging"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
