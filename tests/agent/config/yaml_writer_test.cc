#include "agent/config/yaml_writer.h"

#include <gtest/gtest.h>

#include "agent/config/environment.h"
#include "agent/config/yaml.h"
#include "tests/agent/config/config_test_support.h"

namespace supercargo::config {
namespace {

TEST(YamlScalar, WritesPlainWordsPlainly) {
  EXPECT_EQ(yaml_scalar("/var/log"), "/var/log");
  EXPECT_EQ(yaml_scalar("64MiB"), "64MiB");
  EXPECT_EQ(yaml_scalar("http://loki:3100"), "http://loki:3100");
}

TEST(YamlScalar, QuotesWhatYamlWouldReadOtherwise) {
  EXPECT_EQ(yaml_scalar(""), "''");
  EXPECT_EQ(yaml_scalar("null"), "'null'");
  EXPECT_EQ(yaml_scalar("1e3"), "'1e3'");
  EXPECT_EQ(yaml_scalar("a:"), "'a:'");
  EXPECT_EQ(yaml_scalar("-"), "'-'");
  EXPECT_EQ(yaml_scalar("it's"), "'it''s'");
  EXPECT_EQ(yaml_scalar("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(yaml_scalar("${A}"), "'$${A}'");
}

TEST(YamlScalar, ReadsBackAsTheSameText) {
  for (const std::string text :
       {"",      "~",      "null", "a: b",     "# c", "- x", "[",   "{a", "'",  "\"",
        "\\d+$", "a\n\tb", "${X}", "$$",       " x ", "*a",  "&a",  "!t", "|",  ">",
        "%",     "@",      "`",    "\xC3\xA9", "<<",  "...", "---", "1",  "0x1"}) {
    const YamlDocument document = parse_yaml("k: " + yaml_scalar(text));
    ASSERT_FALSE(document.problem) << text;
    const YamlNode* node = document.root.find("k");
    ASSERT_NE(node, nullptr) << text;
    EXPECT_EQ(node->kind, YamlNode::Kind::kScalar) << text;
    const auto read = expand_environment(node->text, test::lookup_in({}));
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, text);
  }
}

TEST(AppendWrapped, KeepsLinesBelowTheLimit) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += "word ";
  }
  std::string out;
  append_wrapped(text, "# ", out);
  EXPECT_EQ(out.find('\n'), 96U);
  EXPECT_TRUE(out.starts_with("# word word"));
  EXPECT_TRUE(out.ends_with("word\n"));
}

}  // namespace
}  // namespace supercargo::config
