#include "agent/pipeline/logfmt.h"

#include <vector>

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  while (const auto pair = next_logfmt_pair(text)) {
    found.emplace_back(pair->key, (pair->quoted ? "Q:" : "") + std::string(pair->value));
  }
  return found;
}

std::string unescaped(std::string_view value) {
  std::string out;
  append_logfmt_unescaped(out, value);
  return out;
}

TEST(Logfmt, HasPairs) {
  EXPECT_THAT(pairs(R"(ts=2026-11-22T10:00:00Z level=info msg="a b" took=3ms)"),
              ElementsAre(Pair("ts", "2026-11-22T10:00:00Z"),
                          Pair("level", "info"),
                          Pair("msg", "Q:a b"),
                          Pair("took", "3ms")));
  EXPECT_THAT(pairs("a=1\tb=2\r\n c="), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "")));
}

TEST(Logfmt, EndsQuotedValuesWhereTheirQuoteIsNotEscaped) {
  EXPECT_THAT(pairs(R"(a="x \" y" b="\\" c=1)"),
              ElementsAre(Pair("a", R"(Q:x \" y)"), Pair("b", R"(Q:\\)"), Pair("c", "1")));
  EXPECT_THAT(pairs(R"(a="open)"), ElementsAre(Pair("a", "Q:open")));
  EXPECT_THAT(pairs(R"(a="open\)"), ElementsAre(Pair("a", R"(Q:open\)")));
  EXPECT_THAT(pairs(R"(a=")"), ElementsAre(Pair("a", "Q:")));
}

TEST(Logfmt, PassesOverWordsThatAreNoPairs) {
  EXPECT_THAT(pairs("user logged in id=5 now"), ElementsAre(Pair("id", "5")));
  EXPECT_THAT(pairs(R"("quoted a=1 text" b=2)"), ElementsAre(Pair("b", "2")));
  EXPECT_THAT(pairs("=1 =  == x"), IsEmpty());
  EXPECT_THAT(pairs("a=b=c"), ElementsAre(Pair("a", "b=c")));
  EXPECT_THAT(pairs(""), IsEmpty());
  EXPECT_THAT(pairs("plain text"), IsEmpty());
}

TEST(Logfmt, UnescapesValues) {
  EXPECT_EQ(unescaped(R"(a\nb\tc\rd)"), "a\nb\tc\rd");
  EXPECT_EQ(unescaped(R"(say \"hi\" \\ \x)"), R"(say "hi" \ x)");
  EXPECT_EQ(unescaped(R"(caf\u00e9 \)"), R"(caf\u00e9 \)");
}

}  // namespace
}  // namespace supercargo
