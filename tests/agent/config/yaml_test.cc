#include "agent/config/yaml.h"

#include <gtest/gtest.h>

namespace supercargo::config {
namespace {

using Kind = YamlNode::Kind;

std::string problem_of(std::string_view text) {
  const YamlDocument document = parse_yaml(text);
  if (!document.problem) {
    return {};
  }
  return std::to_string(document.problem->place.line) + ":" +
         std::to_string(document.problem->place.column) + ": " + document.problem->text;
}

std::string repeat(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) {
    text += part;
  }
  return text;
}

TEST(ParseYaml, KnowsWhereEverythingStands) {
  const YamlDocument document = parse_yaml("a: 1\nb:\n  - {c: \"x\"}\n  - ~\n");
  ASSERT_FALSE(document.problem);
  const YamlNode& root = document.root;
  ASSERT_EQ(root.kind, Kind::kMapping);
  EXPECT_EQ(root.find("a")->text, "1");
  EXPECT_EQ(root.keys[1].place.line, 2U);
  EXPECT_EQ(root.keys[1].place.column, 1U);
  const YamlNode& list = *root.find("b");
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].find("c")->text, "x");
  EXPECT_EQ(list.items[0].find("c")->place.line, 3U);
  EXPECT_EQ(list.items[0].find("c")->place.column, 9U);
  EXPECT_EQ(list.items[1].kind, Kind::kNull);
  EXPECT_EQ(root.find("none"), nullptr);
}

TEST(ParseYaml, GivesNullForAnEmptyDocument) {
  for (const auto* text : {"", "\n\n", "# only a comment\n", "---\n", "\xEF\xBB\xBF"}) {
    const YamlDocument document = parse_yaml(text);
    EXPECT_FALSE(document.problem) << text;
    EXPECT_EQ(document.root.kind, Kind::kNull) << text;
  }
}

TEST(ParseYaml, ResolvesAnchorsAndMergeKeys) {
  const YamlDocument document = parse_yaml(
      "one: &one {a: 1, b: 1}\n"
      "two: &two {b: 2, c: 2}\n"
      "all: {<<: [*one, *two], a: 0}\n"
      "same: *one\n");
  ASSERT_FALSE(document.problem);
  const YamlNode& all = *document.root.find("all");
  EXPECT_EQ(all.keys.size(), 3U);
  EXPECT_EQ(all.find("a")->text, "0");
  EXPECT_EQ(all.find("b")->text, "1");
  EXPECT_EQ(all.find("c")->text, "2");
  EXPECT_EQ(document.root.find("same")->find("a")->text, "1");
}

TEST(ParseYaml, RefusesToMergeWhatIsNoMapping) {
  EXPECT_EQ(problem_of("a: {<<: 1}"), "1:9: <<: expected a mapping to merge in");
}

TEST(ParseYaml, SaysWhereTheSyntaxIsBroken) {
  EXPECT_EQ(problem_of("a: [1\nb: 2\n"), "2:2: not valid YAML: end of sequence flow not found");
  EXPECT_EQ(problem_of("a: b: c\n"), "1:5: not valid YAML: illegal map value");
  EXPECT_EQ(problem_of("a: *x\n"), "1:4: not valid YAML: the referenced anchor is not defined");
}

TEST(ParseYaml, RefusesBytesThatAreNoText) {
  EXPECT_EQ(problem_of("a: 1\nb: \xFF\n"), "2:4: not UTF-8");
  EXPECT_EQ(problem_of(std::string_view("a: \0b", 5)), "1:4: control characters are not allowed");
  EXPECT_EQ(problem_of("a: 1 \x04 b: 2\n"), "1:6: control characters are not allowed");
  EXPECT_EQ(problem_of("# caf\xC3\xA9 \x7F\n"), "1:8: control characters are not allowed");
}

TEST(ParseYaml, RefusesASecondDocument) {
  EXPECT_EQ(problem_of("a: 1\n---\nb: 2\n"),
            "2:1: a second document, or text after the end of the first");
  EXPECT_NE(problem_of("[] []"), "");
}

TEST(ParseYaml, EndsOnTextThatYamlCppNeverGetsPast) {
  EXPECT_NE(problem_of(","), "");
  EXPECT_NE(problem_of(", a"), "");
}

TEST(ParseYaml, RefusesKeysThatAreNoText) {
  EXPECT_EQ(problem_of("? [a]\n: 1\n"), "1:3: a key must be plain text, not a list or mapping");
}

TEST(ParseYaml, RefusesAnAliasInsideItsAnchor) {
  EXPECT_EQ(problem_of("&a [*a]"), "1:5: an alias cannot stand inside what it refers to");
}

TEST(ParseYaml, BoundsTheNesting) {
  EXPECT_EQ(problem_of(repeat("[", 64) + repeat("]", 64)), "");
  EXPECT_EQ(problem_of(repeat("[", 65) + repeat("]", 65)), "1:65: nested deeper than 64 levels");
  for (const auto* part : {"[", "{", "{a: ", "- ", "? ", ":\n", "[a, ", "{? "}) {
    EXPECT_NE(problem_of(repeat(part, kMaxYamlBytes)), "") << part;
  }
}

TEST(ParseYaml, BoundsTheNestingThatAliasesMake) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    const std::string name = "a" + std::to_string(i);
    text.append(name).append(": &").append(name);
    text.append(" [*a").append(std::to_string(i - 1)).append("]\n");
  }
  EXPECT_NE(problem_of(text).find("nested deeper than 64 levels"), std::string::npos);
}

TEST(ParseYaml, BoundsWhatAliasesMultiply) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1) + " ";
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) {
      text += alias + (j < 9 ? "," : "]\n");
    }
  }
  EXPECT_NE(problem_of(text).find("too much for a configuration"), std::string::npos);
}

TEST(ParseYaml, BoundsTheBytesThatAliasesMultiply) {
  const std::string text =
      "a: &a " + std::string(500'000, 'x') + "\nb: [" + repeat("*a ,", 400) + "]\n";
  EXPECT_NE(problem_of(text).find("too much for a configuration"), std::string::npos);
}

TEST(ParseYaml, BoundsTheFile) {
  EXPECT_EQ(problem_of(std::string(kMaxYamlBytes, '\n')), "");
  EXPECT_EQ(problem_of(std::string(kMaxYamlBytes + 1, '\n')), "1:1: the file is larger than 1 MiB");
}

}  // namespace
}  // namespace supercargo::config
