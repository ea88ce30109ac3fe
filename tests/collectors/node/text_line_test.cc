#include "collectors/node/text_line.h"

#include <cmath>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string wrong_with(std::string_view line) {
  TextLine out;
  return std::string(parse_text_line(line, out));
}

TEST(ParseTextLine, ReadsLabelsWithEscapesAndBlanksAroundThem) {
  TextLine line;
  ASSERT_EQ(parse_text_line(R"(a:b_1 { x = "C:\\\"y\"\n" , z="" , } -1e-3)", line), "");
  EXPECT_EQ(line.name, "a:b_1");
  ASSERT_EQ(line.labels.size(), 2U);
  EXPECT_EQ(line.labels.at("x"), "C:\\\"y\"\n");
  EXPECT_EQ(line.labels.at("z"), "");
  EXPECT_EQ(line.value, -1e-3);
}

TEST(ParseTextLine, ReadsWhatIsNoNumber) {
  TextLine line;
  ASSERT_EQ(parse_text_line("a +Inf", line), "");
  EXPECT_EQ(line.value, HUGE_VAL);
  ASSERT_EQ(parse_text_line("a{}\tNaN", line), "");
  EXPECT_TRUE(std::isnan(line.value));
}

TEST(ParseTextLine, SaysWhatIsWrong) {
  EXPECT_EQ(wrong_with("1a 1"), "expected a metric's name");
  EXPECT_EQ(wrong_with("a-b 1"), "odd character in a metric's name");
  EXPECT_EQ(wrong_with("a"), "odd character in a metric's name");
  EXPECT_EQ(wrong_with("a{b:c=\"1\"} 1"), "expected a label: name=\"value\"");
  EXPECT_EQ(wrong_with("a{__name__=\"b\"} 1"), "expected a label: name=\"value\"");
  EXPECT_EQ(wrong_with("a{b=1} 1"), "expected a label: name=\"value\"");
  EXPECT_EQ(wrong_with("a{"), "expected a label: name=\"value\"");
  EXPECT_EQ(wrong_with("a{b=\"\\t\"} 1"), "bad value of a label");
  EXPECT_EQ(wrong_with("a{b=\"x} 1"), "bad value of a label");
  EXPECT_EQ(wrong_with("a{b=\"\xff\"} 1"), "bad value of a label");
  EXPECT_EQ(wrong_with("a{b=\"1\",b=\"1\"} 1"), "label given twice");
  EXPECT_EQ(wrong_with("a{b=\"1\" c=\"1\"} 1"), "expected , or } after a label");
  EXPECT_EQ(wrong_with("a one"), "expected a number");
  EXPECT_EQ(wrong_with("a +-1"), "expected a number");
  EXPECT_EQ(wrong_with("a "), "expected a number");
  EXPECT_EQ(wrong_with("a 1 2"), "time stamps are not supported");
}

TEST(IsMetricName, KnowsTheCharacters) {
  EXPECT_TRUE(is_metric_name("_a:B9"));
  EXPECT_FALSE(is_metric_name("9a"));
  EXPECT_FALSE(is_metric_name("a b"));
  EXPECT_FALSE(is_metric_name(""));
}

}  // namespace
}  // namespace supercargo
