#include "agent/base/json_writer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace supercargo {
namespace {

// What an independent, strict reader takes `text` for.
std::string round_trip(std::string_view text) {
  std::string out;
  JsonWriter(out).value(text);
  return nlohmann::json::parse(out).get<std::string>();
}

TEST(JsonEscape, KeepsEveryAsciiCharacter) {
  std::string all;
  for (char c = 0; c < 127; ++c) {
    all += c;
  }
  EXPECT_EQ(round_trip(all), all);
}

TEST(JsonEscape, EscapesControlCharactersQuotesAndBackslashes) {
  std::string out;
  append_json_escaped(out, std::string_view("a\"b\\c\n\t\r\x01\x1f\0z", 12));
  EXPECT_EQ(out, "a\\\"b\\\\c\\n\\t\\r\\u0001\\u001f\\u0000z");
}

TEST(JsonEscape, KeepsValidUtf8OfEveryLengthAtTheEdges) {
  for (const std::string_view text : {"\x7f",
                                      "\xC2\x80",
                                      "\xDF\xBF",
                                      "\xE0\xA0\x80",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xEF\xBF\xBF",
                                      "\xF0\x90\x80\x80",
                                      "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(round_trip(text), text);
    EXPECT_EQ(round_trip(std::string("a").append(text).append("b")),
              std::string("a").append(text).append("b"));
  }
}

TEST(JsonEscape, ReplacesEachByteThatIsNotUtf8) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(round_trip("a\xFFz"), "a" + mark + "z");
  EXPECT_EQ(round_trip("\x80"), mark);                                   // a continuation alone
  EXPECT_EQ(round_trip("\xC0\xAF"), mark + mark);                        // overlong
  EXPECT_EQ(round_trip("\xC1\xBF"), mark + mark);                        // overlong
  EXPECT_EQ(round_trip("\xE0\x9F\xBF"), mark + mark + mark);             // overlong
  EXPECT_EQ(round_trip("\xED\xA0\x80"), mark + mark + mark);             // a surrogate
  EXPECT_EQ(round_trip("\xF0\x8F\xBF\xBF"), mark + mark + mark + mark);  // overlong
  EXPECT_EQ(round_trip("\xF4\x90\x80\x80"), mark + mark + mark + mark);  // above U+10FFFF
  EXPECT_EQ(round_trip("\xF5\x80\x80\x80"), mark + mark + mark + mark);
}

TEST(JsonEscape, ReplacesASequenceThatIsCutAndGoesOnBehindIt) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(round_trip("\xC3"), mark);
  EXPECT_EQ(round_trip("\xE2\x82"), mark + mark);
  EXPECT_EQ(round_trip("\xF0\x9F\x92"), mark + mark + mark);
  EXPECT_EQ(round_trip("\xE2\x82\"ok"), mark + mark + "\"ok");
  EXPECT_EQ(round_trip("\xC3\xC3\xA9"), mark + "\xC3\xA9");
}

// Eight bytes are looked at at once: each kind of byte at each place, before and behind others.
TEST(JsonEscape, FindsEachByteAtEachPlaceOfAWord) {
  const std::string mark = "\xEF\xBF\xBD";
  for (std::size_t at = 0; at < 18; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      for (const char other : {'~', ' ', '"', '\\', '\x1f', '!', '#', '['}) {
        std::string text(18, other);
        text[at] = static_cast<char>(byte);
        std::string expected = text;
        if (byte >= 0x80) {
          expected.replace(at, 1, mark);
        }
        ASSERT_EQ(round_trip(text), expected) << at << " " << byte << " " << other;
      }
    }
  }
}

TEST(JsonEscape, AppendsToWhatIsThere) {
  std::string out = "before ";
  append_json_escaped(out, "\"");
  EXPECT_EQ(out, "before \\\"");
}

TEST(JsonWriter, PutsCommasBetweenMembersAndElements) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("a", std::string_view("x"));
  json.key("list");
  json.begin_array();
  json.value(std::uint64_t{1});
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.null();
  json.end_array();
  json.member("b", true);
  json.end_object();
  EXPECT_EQ(out, R"({"a":"x","list":[1,{},[],null],"b":true})");
}

TEST(JsonWriter, WritesALiteralAsText) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("state", "idle");
  json.end_object();
  EXPECT_EQ(out, R"({"state":"idle"})");
}

TEST(JsonWriter, EscapesKeysToo) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("a\"\n", std::int64_t{-1});
  json.end_object();
  EXPECT_EQ(nlohmann::json::parse(out)["a\"\n"], -1);
}

TEST(JsonWriter, WritesNumbersWithoutLossAtTheirLimits) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.value(std::numeric_limits<std::uint64_t>::max());
  json.value(std::numeric_limits<std::int64_t>::min());
  json.value(0.1);
  json.value(std::numeric_limits<double>::denorm_min());
  json.value(std::numeric_limits<double>::max());
  json.value(-std::numeric_limits<double>::max());
  json.end_array();
  const auto read = nlohmann::json::parse(out);
  EXPECT_EQ(read[0], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read[1], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read[2], 0.1);
  EXPECT_EQ(read[3], std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(read[4], std::numeric_limits<double>::max());
  EXPECT_EQ(read[5], -std::numeric_limits<double>::max());
}

TEST(JsonWriter, WritesNullForWhatJsonHasNoNumberFor) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.value(std::nan(""));
  json.value(std::numeric_limits<double>::infinity());
  json.end_array();
  EXPECT_EQ(out, "[null,null]");
}

}  // namespace
}  // namespace supercargo
