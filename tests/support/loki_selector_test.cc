#include "tests/support/loki_selector.h"

#include <gmock/gmock.h>

namespace supercargo::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

LabelPairs parsed(std::string_view text) {
  const Result<LabelPairs> pairs = parse_selector(text);
  EXPECT_TRUE(pairs) << text;
  return pairs ? *pairs : LabelPairs{};
}

TEST(LokiSelector, ReadsNamesAndValues) {
  EXPECT_THAT(parsed(R"({a="1",_b2="x y"})"), ElementsAre(Pair("a", "1"), Pair("_b2", "x y")));
  EXPECT_THAT(parsed(R"({ a = "1" , b = "2" })"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(parsed("{}"), IsEmpty());
}

TEST(LokiSelector, ReadsGoEscapes) {
  EXPECT_THAT(parsed(R"({a="\"\\\n\t\u0001\x7f}"})"), ElementsAre(Pair("a", "\"\\\n\t\x01\x7F}")));
}

TEST(LokiSelector, KeepsANameThatStandsTwice) {
  EXPECT_THAT(parsed(R"({a="1",a="2"})"), ElementsAre(Pair("a", "1"), Pair("a", "2")));
}

TEST(LokiSelector, RefusesWhatLokiRefuses) {
  for (const char* text : {"",
                           "{",
                           "a",
                           "{a}",
                           "{a=1}",
                           "{a=\"1}",
                           "{a=\"1\"",
                           "{a=\"1\"}x",
                           "{a=\"1\" b=\"2\"}",
                           "{a=\"1\",}",
                           "{1a=\"1\"}",
                           "{a-b=\"1\"}",
                           "{a=\"\n\"}",
                           "{a=\"\\q\"}",
                           "{a=\"\\u12\"}"}) {
    EXPECT_FALSE(parse_selector(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo::test
