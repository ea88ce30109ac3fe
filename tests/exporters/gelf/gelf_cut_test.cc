#include "exporters/gelf/gelf_cut.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace supercargo {
namespace {

using nlohmann::json;

std::string message(std::string_view short_text, std::string_view full_text = {}) {
  std::string out = R"({"version":"1.1","_note":"a \",\"short_message\":\" b")";
  out += kShortMessageKey;
  out += short_text;
  if (!full_text.empty()) {
    out += kFullMessageKey;
    out += full_text;
  }
  return out += "\"}";
}

TEST(GelfCut, SplitsNeitherEscapesNorCharacters) {
  EXPECT_EQ(escaped_prefix(R"(ab\ncd)", 3), "ab");
  EXPECT_EQ(escaped_prefix(R"(ab\ncd)", 4), R"(ab\n)");
  EXPECT_EQ(escaped_prefix(R"(a\u001fb)", 6), "a");
  EXPECT_EQ(escaped_prefix(R"(a\u001fb)", 7), R"(a\u001f)");
  EXPECT_EQ(escaped_prefix("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\xA2", 2), "a");
  EXPECT_EQ(escaped_prefix("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\xA2", 5), "a\xC3\xA4");
  EXPECT_EQ(escaped_prefix("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\xA2", 10),
            "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\xA2");
  EXPECT_EQ(escaped_prefix(R"(\\\\)", 3), R"(\\)");
  EXPECT_EQ(escaped_prefix("abc", 0), "");
}

TEST(GelfCut, LeavesWhatFits) {
  std::string out = message("short");
  const std::string before = out;
  EXPECT_FALSE(cut_gelf_message(out, 0, out.size()));
  EXPECT_EQ(out, before);
}

TEST(GelfCut, CutsToTheLimitAndMarksIt) {
  std::string out = message(std::string(500, 'x'));
  EXPECT_TRUE(cut_gelf_message(out, 0, 200));
  EXPECT_EQ(out.size(), 200U);
  const auto text = json::parse(out)["short_message"].get<std::string>();
  EXPECT_TRUE(text.starts_with("xxx"));
  EXPECT_TRUE(text.ends_with("\xE2\x80\xA6[truncated]"));
}

TEST(GelfCut, EveryLimitGivesValidJson) {
  std::string escaped;
  for (int i = 0; i < 20; ++i) {
    escaped += "\\\\\\\"\\u0000\xF0\x9F\x9A\xA2\xC3\xA4x";
  }
  const std::string whole = message(escaped, escaped + escaped);
  const std::size_t fixed = message("").size();
  for (std::size_t limit = fixed + 60; limit < whole.size(); ++limit) {
    std::string out = "before";
    out += whole;
    ASSERT_TRUE(cut_gelf_message(out, 6, limit));
    ASSERT_LE(out.size() - 6, limit);
    ASSERT_TRUE(out.starts_with("before{"));
    const json parsed = json::parse(out.substr(6), nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(parsed.is_object()) << limit;
    const char* last = parsed.contains("full_message") ? "full_message" : "short_message";
    ASSERT_TRUE(parsed[last].get<std::string>().ends_with("[truncated]"));
  }
}

TEST(GelfCut, KeepsShortTextWhenOnlyTheFullOneIsTooLong) {
  std::string out = message("first line", std::string(1000, 'y'));
  EXPECT_TRUE(cut_gelf_message(out, 0, 300));
  EXPECT_EQ(json::parse(out)["short_message"], "first line");
  EXPECT_LE(out.size(), 300U);
}

TEST(GelfCut, KeepsTheFieldsWhenTheyAloneAreTooLong) {
  std::string out = message(std::string(500, 'x'));
  EXPECT_TRUE(cut_gelf_message(out, 0, 10));
  EXPECT_EQ(json::parse(out)["short_message"], "\xE2\x80\xA6[truncated]");
}

TEST(GelfCut, LeavesWhatIsNoMessage) {
  std::string out(100, 'x');
  EXPECT_FALSE(cut_gelf_message(out, 0, 10));
  std::string broken = R"({"a":"b","short_message":"x\)";
  EXPECT_TRUE(cut_gelf_message(broken, 0, 5));
}

}  // namespace
}  // namespace supercargo
