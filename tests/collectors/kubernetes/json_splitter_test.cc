#include "collectors/kubernetes/json_splitter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using Shape = JsonSplitter::Shape;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Split {
  std::vector<std::string> objects;
  std::string envelope;
  std::uint64_t skipped = 0;
  bool complete = false;
  bool ok = true;
};

// In pieces of `piece` bytes.
Split split(Shape shape, std::string_view text, std::size_t piece, std::size_t max_bytes = 1'000) {
  JsonSplitter splitter(shape, max_bytes);
  Split result;
  while (!text.empty() && result.ok) {
    result.ok = splitter
                    .feed(text.substr(0, piece),
                          [&](std::string_view object) { result.objects.emplace_back(object); })
                    .has_value();
    text.remove_prefix(std::min(piece, text.size()));
  }
  result.envelope = splitter.envelope();
  result.skipped = splitter.skipped();
  result.complete = splitter.complete();
  return result;
}

TEST(JsonSplitterTest, CutsAStreamIntoItsObjectsWhereverThePiecesEnd) {
  const std::string text = "{\"a\":1}\n{\"b\":{\"c\":[{}]}}\r\n {\"d\":\"}{\"}\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const Split result = split(Shape::kStream, text, piece);
    EXPECT_TRUE(result.ok && result.complete) << piece;
    EXPECT_THAT(result.objects, ElementsAre("{\"a\":1}", "{\"b\":{\"c\":[{}]}}", "{\"d\":\"}{\"}"));
  }
}

TEST(JsonSplitterTest, KnowsEscapedQuotes) {
  const Split result = split(Shape::kStream, R"({"a":"\"}\\"}{"b":"\\\""})", 1);
  EXPECT_THAT(result.objects, ElementsAre(R"({"a":"\"}\\"})", R"({"b":"\\\""})"));
}

TEST(JsonSplitterTest, CutsAListIntoItsItemsAndWhatIsAroundThem) {
  const std::string text =
      R"({"kind":"PodList","metadata":{"resourceVersion":"7","x":{"y":[{}]}},"items":[)"
      R"({"a":{"b":[{"c":1}]}},)"
      "\n"
      R"( {"d":"]}"}]})"
      "\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const Split result = split(Shape::kList, text, piece);
    EXPECT_TRUE(result.ok && result.complete) << piece;
    EXPECT_THAT(result.objects, ElementsAre(R"({"a":{"b":[{"c":1}]}})", R"({"d":"]}"})"));
    EXPECT_EQ(result.envelope,
              R"({"kind":"PodList","metadata":{"resourceVersion":"7","x":{"y":[{}]}},"items":[,)"
              "\n ]}");
  }
}

TEST(JsonSplitterTest, TakesAnEmptyList) {
  const Split result = split(Shape::kList, R"({"metadata":{},"items":null})", 5);
  EXPECT_TRUE(result.complete);
  EXPECT_THAT(result.objects, IsEmpty());
}

TEST(JsonSplitterTest, IsNotCompleteInTheMiddle) {
  EXPECT_FALSE(split(Shape::kStream, R"({"a":1}{"b")", 100).complete);
  EXPECT_FALSE(split(Shape::kList, R"({"items":[{"a":1}])", 100).complete);
  EXPECT_FALSE(split(Shape::kList, "", 100).complete);
  EXPECT_TRUE(split(Shape::kStream, "", 100).complete);
}

TEST(JsonSplitterTest, SkipsWhatIsTooLargeAndGoesOnBehindIt) {
  const std::string large = R"({"a":")" + std::string(95, 'x') + R"("})";
  const Split result = split(Shape::kStream, R"({"b":1})" + large + R"({"c":1})", 7, 100);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.skipped, 1);
  EXPECT_THAT(result.objects, ElementsAre(R"({"b":1})", R"({"c":1})"));
}

TEST(JsonSplitterTest, AnObjectOfJustTheBoundIsTaken) {
  const std::string object = R"({"a":")" + std::string(92, 'x') + R"("})";
  ASSERT_EQ(object.size(), 100);
  EXPECT_EQ(split(Shape::kStream, object, 100, 100).objects.size(), 1);
  EXPECT_EQ(split(Shape::kStream, object, 100, 99).skipped, 1);
}

TEST(JsonSplitterTest, RefusesWhatIsNoObject) {
  EXPECT_FALSE(split(Shape::kStream, "404 page not found", 100).ok);
  EXPECT_FALSE(split(Shape::kStream, "}", 100).ok);
  EXPECT_FALSE(split(Shape::kStream, "[{}]", 100).ok);
  EXPECT_FALSE(split(Shape::kList, "{} {}", 100).ok);
}

TEST(JsonSplitterTest, RefusesAListWithMoreThanItsItems) {
  const std::string text = "{\"x\":\"" + std::string(70'000, 'x') + "\"}";
  EXPECT_FALSE(split(Shape::kList, text, 4'096).ok);
}

}  // namespace
}  // namespace supercargo
