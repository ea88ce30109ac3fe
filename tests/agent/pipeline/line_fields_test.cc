#include "agent/pipeline/line_fields.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using Format = ParseConfig::Format;

ParseConfig config_of(Format format, std::vector<std::string> fields) {
  ParseConfig config;
  config.format = format;
  config.fields = std::move(fields);
  return config;
}

using Found = std::vector<std::pair<std::string, std::string>>;

// Names and texts; numbers begin with #.
Found found_in(LineFields& fields, const ParseConfig& config, std::string_view line) {
  Found found;
  for (const LineField& field : fields.find(line)) {
    found.emplace_back(config.fields.at(field.which),
                       (field.is_number ? "#" : "") + std::string(field.text));
  }
  return found;
}

Found found(Format format, std::vector<std::string> names, std::string_view line) {
  const ParseConfig config = config_of(format, std::move(names));
  LineFields fields(config);
  return found_in(fields, config, line);
}

Found json(std::vector<std::string> names, std::string_view line) {
  return found(Format::kJson, std::move(names), line);
}

TEST(LineFields, AreMembersOfAnObject) {
  EXPECT_THAT(
      json({"user", "took", "other"}, R"({"user":"ann \"x\" \u00e9","took":1.5e-3,"msg":"hello"})"),
      ElementsAre(Pair("user", "ann \"x\" \u00e9"), Pair("took", "#1.5e-3")));
  EXPECT_THAT(json({"a"}, "  { \"a\" : 7 }  "), ElementsAre(Pair("a", "#7")));
}

TEST(LineFields, KeepTheTextOfWhatIsNoTextInJson) {
  EXPECT_THAT(json({"t", "f", "n", "o", "l"},
                   R"({"t":true,"f":false ,"n":null,"o":{"a": [1]},"l":[1, "x"]})"),
              ElementsAre(Pair("t", "true"),
                          Pair("f", "false"),
                          Pair("n", "null"),
                          Pair("o", R"({"a": [1]})"),
                          Pair("l", R"([1, "x"])")));
}

TEST(LineFields, AreMembersOfObjectsBelow) {
  const std::vector<std::string> names{"http.status", "log.level", "a.b.c"};
  EXPECT_THAT(
      json(names, R"({"http":{"status":200,"x":1},"log.level":"warn","a":{"b":{"c":"d"}}})"),
      UnorderedElementsAre(
          Pair("http.status", "#200"), Pair("log.level", "warn"), Pair("a.b.c", "d")));
  EXPECT_THAT(json(names, R"({"a":{"b.c":1}})"), ElementsAre(Pair("a.b.c", "#1")));
  EXPECT_THAT(json(names, R"({"http":"status","a":{"b":2}})"), IsEmpty());
}

TEST(LineFields, AreEachTakenOnce) {
  EXPECT_THAT(json({"a"}, R"({"a":1,"a":2})"), ElementsAre(Pair("a", "#1")));
  EXPECT_THAT(found(Format::kLogfmt, {"a"}, "a=1 a=2"), ElementsAre(Pair("a", "#1")));
  std::string many;
  for (int i = 0; i < 2'000; ++i) {
    many += R"(a="\"x" )";
  }
  EXPECT_THAT(found(Format::kLogfmt, {"a"}, many), ElementsAre(Pair("a", "\"x")));
}

TEST(LineFields, ArePairsOfLogfmt) {
  EXPECT_THAT(
      found(Format::kLogfmt,
            {"user", "took", "id", "on", "none"},
            R"(user="ann \"x\"" took=3ms id=7 on=true msg="id=8" none=)"),
      ElementsAre(
          Pair("user", "ann \"x\""), Pair("took", "3ms"), Pair("id", "#7"), Pair("on", "true")));
  EXPECT_THAT(found(Format::kLogfmt, {"id"}, R"(id="7")"), ElementsAre(Pair("id", "7")));
}

TEST(LineFields, AreFoundByTheLinesOwnForm) {
  EXPECT_THAT(found(Format::kAuto, {"a"}, R"({"a":1})"), ElementsAre(Pair("a", "#1")));
  EXPECT_THAT(found(Format::kAuto, {"a"}, "a=1"), ElementsAre(Pair("a", "#1")));
  EXPECT_THAT(found(Format::kJson, {"a"}, "a=1"), IsEmpty());
  EXPECT_THAT(found(Format::kNone, {"a"}, "a=1"), IsEmpty());
}

TEST(LineFields, AreNoneInALineThatIsDamaged) {
  for (const char* line : {R"({"a":1)",
                           R"({"a":1,"b")",
                           R"({"a":1,"b":tru})",
                           R"({"a":1,"b":1x})",
                           R"({"a":1,"b":"\q"})",
                           "{\"a\":1,\"b\":\"\xFF\"}",
                           R"({"a":{"c":1)",
                           "{",
                           "[1]",
                           "",
                           "text"}) {
    EXPECT_THAT(json({"a", "b"}, line), IsEmpty()) << line;
  }
  const std::string deep = R"({"a":)" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
  EXPECT_THAT(json({"b"}, deep), IsEmpty());
}

TEST(LineFields, CountLinesThatAreOfNoSuchForm) {
  const ParseConfig config = config_of(Format::kAuto, {"a"});
  LineFields fields(config);
  EXPECT_THAT(found_in(fields, config, "no pair here"), IsEmpty());
  EXPECT_THAT(found_in(fields, config, R"({"b":1})"), IsEmpty());
  EXPECT_THAT(found_in(fields, config, "b=1"), IsEmpty());
  EXPECT_EQ(fields.unparsed(), 1U);
  EXPECT_THAT(found_in(fields, config, "a=1 " + std::string(LineFields::kMaxLineBytes, 'x')),
              IsEmpty());
  EXPECT_EQ(fields.unparsed(), 2U);
  EXPECT_THAT(found_in(fields, config, "a=1"), ElementsAre(Pair("a", "#1")));
}

TEST(LineFields, CutLongValuesBetweenCharacters) {
  ParseConfig config = config_of(Format::kAuto, {"a"});
  config.max_value_bytes = 4;
  LineFields fields(config);
  EXPECT_THAT(found_in(fields, config, R"({"a":"abc\u00e9"})"), ElementsAre(Pair("a", "abc")));
  EXPECT_THAT(found_in(fields, config, R"({"a":12345})"), ElementsAre(Pair("a", "1234")));
  EXPECT_THAT(found_in(fields, config, "a=abcdef"), ElementsAre(Pair("a", "abcd")));
}

TEST(LineFields, AreValidUtf8) {
  EXPECT_THAT(found(Format::kLogfmt, {"a"}, "a=x\xFFy"), ElementsAre(Pair("a", "x\uFFFDy")));
  ParseConfig config = config_of(Format::kLogfmt, {"a"});
  config.max_value_bytes = 4;
  LineFields fields(config);
  EXPECT_THAT(found_in(fields, config, "a=\xFF\xFF\xFF\xFF"), ElementsAre(Pair("a", "\uFFFD")));
}

TEST(LineFields, TellNumbersThatADoubleCanHold) {
  for (const char* number :
       {"0", "-0", "1", "-12.50", "1e5", "1E-5", "2.5e+10", "18446744073709551616"}) {
    EXPECT_TRUE(is_json_number(number)) << number;
  }
  for (const char* other :
       {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "1 ", "NaN", "1e999", "Infinity"}) {
    EXPECT_FALSE(is_json_number(other)) << other;
  }
  EXPECT_THAT(json({"a"}, R"({"a":1e999})"), ElementsAre(Pair("a", "1e999")));
}

}  // namespace
}  // namespace supercargo
