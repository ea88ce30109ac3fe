#include "agent/pipeline/level_words.h"

#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(LevelWords, KnowTheWordsOfTheUsualLoggersInAnyCase) {
  EXPECT_EQ(level_of_word("ERR"), LineLevel::kError);
  EXPECT_EQ(level_of_word("Info"), LineLevel::kInfo);
  EXPECT_EQ(level_of_word("warn"), LineLevel::kWarning);
  EXPECT_EQ(level_of_word("fatal"), LineLevel::kCritical);
  EXPECT_EQ(level_of_word("Notice"), LineLevel::kNotice);
  EXPECT_EQ(level_of_word("WARNING"), LineLevel::kWarning);
  EXPECT_EQ(level_of_word("critical"), LineLevel::kCritical);
  EXPECT_EQ(level_of_word("EMERGENCY"), LineLevel::kEmergency);
  EXPECT_EQ(level_of_word("Information"), LineLevel::kInfo);
  EXPECT_EQ(level_of_word("trace"), LineLevel::kDebug);
}

TEST(LevelWords, KnowNoOthers) {
  for (const char* word : {"",
                           "e",
                           "er",
                           "errr",
                           "infos",
                           "informed",
                           "warnings",
                           "emergence!",
                           "informers",
                           "a-very-long-word-indeed"}) {
    EXPECT_EQ(level_of_word(word), std::nullopt) << word;
  }
}

TEST(LevelWords, ReadNoByteBeyondTheWord) {
  const std::string text = "errorX";
  EXPECT_EQ(level_of_word(std::string_view(text).substr(0, 5)), LineLevel::kError);
  EXPECT_EQ(level_of_word(std::string_view(text).substr(0, 3)), LineLevel::kError);
}

TEST(LevelWords, KnowTheNamesOfFields) {
  for (const char* key :
       {"level", "LEVEL", "lvl", "severity", "logLevel", "levelname", "log.level"}) {
    EXPECT_TRUE(is_level_key(key)) << key;
  }
  for (const char* key : {"", "lv", "levels", "levelnams", "log.levee", "mylevel"}) {
    EXPECT_FALSE(is_level_key(key)) << key;
  }
}

}  // namespace
}  // namespace supercargo
