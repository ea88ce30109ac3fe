#include "exporters/loki/selector.h"

#include <gmock/gmock.h>

#include "exporters/loki/go_quoted.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::Pair;

bool same(std::string_view told, std::string_view sent) {
  return names_stream(parse_labels(told).value(), parse_labels(sent).value());
}

TEST(Selector, EndsWhereItsBraceIs) {
  EXPECT_EQ(selector_length(R"({a="b"}')"), 7U);
  EXPECT_EQ(selector_length(R"({a="}'\"}"} more})"), 11U);
  EXPECT_EQ(selector_length("{a=`}`}x"), 7U);
  EXPECT_EQ(selector_length("{}"), 2U);
  EXPECT_EQ(selector_length("a{}"), 0U);
  EXPECT_EQ(selector_length(R"({a="b)"), 0U);
  EXPECT_EQ(selector_length(R"({a="b")"), 0U);
}

TEST(Selector, IsReadWithItsValuesUnquoted) {
  EXPECT_THAT(parse_labels(R"({b="x\ty\"\\", a = "1" , "c.d"="caf\u00e9\xff\101"})").value(),
              ElementsAre(Pair("a", "1"),
                          Pair("b", "x\ty\"\\"),
                          Pair("c.d",
                               "café\xff"
                               "A")));
  EXPECT_THAT(parse_labels("{a=`\\n`}").value(), ElementsAre(Pair("a", "\\n")));
  EXPECT_THAT(parse_labels(R"({a="", b="\U0001F600"})").value(),
              ElementsAre(Pair("b", "\U0001F600")));
  EXPECT_TRUE(parse_labels("{}").value().empty());
}

TEST(Selector, IsNotReadWhenItIsNone) {
  for (const char* text : {"",
                           "{",
                           "a",
                           "{a}",
                           "{a=}",
                           R"({a="b")",
                           R"({a="b"}})",
                           R"({a="b" c="d"})",
                           R"({="b"})",
                           R"({a="\q"})",
                           R"({a="\x1"})",
                           R"({a="\777"})",
                           R"({a=b})"}) {
    EXPECT_FALSE(parse_labels(text)) << text;
  }
}

TEST(Selector, NamesAStreamWithLabelsThatLokiAdds) {
  EXPECT_TRUE(same(R"({a="1", b="2"})", R"({b="2",a="1"})"));
  EXPECT_TRUE(same(R"({__stream_shard__="3", a="1", service_name="1"})", R"({a="1"})"));
  EXPECT_TRUE(same(R"({a="x\u0001"})", "{a=\"x\\x01\"}"));
  EXPECT_FALSE(same(R"({a="1", b="2"})", R"({a="1"})"));
  EXPECT_FALSE(same(R"({a="1"})", R"({a="1",b="2"})"));
  EXPECT_FALSE(same(R"({a="1", service_name="2"})", R"({a="1",service_name="1"})"));
}

TEST(Selector, UnderstandsWhatWeWrite) {
  std::string all;
  for (int c = 1; c < 128; ++c) {
    all += static_cast<char>(c);
  }
  std::string quoted;
  append_go_quoted(quoted, all);
  EXPECT_THAT(parse_labels("{a=" + quoted + "}").value(), ElementsAre(Pair("a", all)));
}

}  // namespace
}  // namespace supercargo
