#include "agent/http/status_text.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(HumanBytes, UsesThreeDigitsAtMost) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(10 * 1024), "10 KiB");
  EXPECT_EQ(human_bytes(1024.0 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(5.0 * (1ULL << 40)), "5.0 TiB");
}

TEST(HumanDuration, UsesTwoUnitsAtMost) {
  EXPECT_EQ(human_duration(0.23), "0.2 s");
  EXPECT_EQ(human_duration(45.9), "45 s");
  EXPECT_EQ(human_duration(200), "3 m 20 s");
  EXPECT_EQ(human_duration(120), "2 m");
  EXPECT_EQ(human_duration(7'500), "2 h 5 m");
  EXPECT_EQ(human_duration(4 * 86'400 + 3 * 3'600 + 59), "4 d 3 h");
  EXPECT_EQ(human_duration(-1), "0.0 s");
}

TEST(HumanCores, KeepsWhatCounts) {
  EXPECT_EQ(human_cores(0.0042), "0.004");
  EXPECT_EQ(human_cores(0.254), "0.25");
  EXPECT_EQ(human_cores(12.34), "12.3");
}

TEST(HumanCount, GroupsByThree) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1'000), "1,000");
  EXPECT_EQ(human_count(12'345'678), "12,345,678");
}

TEST(AppendHtmlEscaped, LeavesNoMarkup) {
  std::string out;
  append_html_escaped(out, "<a href=\"x\">&'</a>");
  EXPECT_EQ(out, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
}

}  // namespace
}  // namespace supercargo
