#include "exporters/gelf/gelf_text.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string seconds(std::int64_t time_ns) {
  std::string out = "t=";
  append_gelf_seconds(out, time_ns);
  return out;
}

TEST(GelfText, CallsBlankWhatJavaCallsBlank) {
  EXPECT_TRUE(is_blank_text(""));
  EXPECT_TRUE(is_blank_text(" \t\r\n\x0B\x0C\x1C\x1F"));
  EXPECT_TRUE(is_blank_text("\xE2\x80\x83\xE3\x80\x80 \xE1\x9A\x80\xE2\x81\x9F"));
  EXPECT_FALSE(is_blank_text("\xC2\xA0"));      // no-break space is not Java white space
  EXPECT_FALSE(is_blank_text("\xE2\x80\x87"));  // nor is the figure space
  EXPECT_FALSE(is_blank_text(std::string_view("\0", 1)));
  EXPECT_FALSE(is_blank_text("  x"));
  EXPECT_FALSE(is_blank_text("\xE2\x80"));
}

TEST(GelfText, TakesTheFirstLineThatSaysSomething) {
  EXPECT_EQ(summary_line("one\ntwo"), "one");
  EXPECT_EQ(summary_line("one\r\ntwo"), "one");
  EXPECT_EQ(summary_line("\n  \r\n  two\nthree"), "  two");
  EXPECT_EQ(summary_line("\n \n"), "");
  EXPECT_EQ(summary_line(""), "");
  EXPECT_EQ(summary_line("one"), "one");
}

TEST(GelfText, WritesEveryNanosecondDigit) {
  EXPECT_EQ(seconds(1'700'000'000'123'456'789), "t=1700000000.123456789");
  EXPECT_EQ(seconds(1'700'000'000'000'000'001), "t=1700000000.000000001");
  EXPECT_EQ(seconds(0), "t=0.000000000");
  EXPECT_EQ(seconds(-1), "t=-0.000000001");
  EXPECT_EQ(seconds(-1'500'000'000), "t=-1.500000000");
  EXPECT_EQ(seconds(std::numeric_limits<std::int64_t>::min()), "t=-9223372036.854775808");
}

TEST(GelfText, MakesFieldNamesLegal) {
  EXPECT_EQ(gelf_field_name("env"), "_env");
  EXPECT_EQ(gelf_field_name("_env"), "_env");
  EXPECT_EQ(gelf_field_name("data center/1"), "_data_center_1");
  EXPECT_EQ(gelf_field_name("a.b-c"), "_a.b-c");
  EXPECT_EQ(gelf_field_name("id"), "_id_");
  EXPECT_EQ(gelf_field_name("_id"), "_id_");
  EXPECT_EQ(gelf_field_name(""), "__");
  EXPECT_EQ(gelf_field_name("\xC3\xA4"), "___");
}

}  // namespace
}  // namespace supercargo
