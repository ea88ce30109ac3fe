#include "exporters/stdout/line_format.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string time_text(std::int64_t time_ns) {
  std::string out;
  append_rfc3339_nano(out, time_ns);
  return out;
}

ContainerInfo web() {
  ContainerInfo info;
  info.node = "node-1";
  info.pod_namespace = "shop";
  info.pod = "web-0";
  info.container = "nginx";
  return info;
}

std::string lines(LineStyle style,
                  const ContainerInfo& info,
                  std::vector<std::string_view> texts,
                  const ParseConfig& parse = {}) {
  std::vector<Record> records;
  for (const std::string_view text : texts) {
    Record record;
    record.time_ns = 1'795'341'600'000'000'007;
    record.text = text;
    records.push_back(record);
  }
  std::string out;
  ParsedFields fields(parse);
  append_lines(out, style, Batch{info, 1, Stream::kStderr, "id", records}, fields);
  return out;
}

TEST(LineFormat, WritesTimesWithNineDigits) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(time_text(1'700'000'000'123'456'789), "2023-11-14T22:13:20.123456789Z");
  EXPECT_EQ(time_text(951'782'400'000'000'000), "2000-02-29T00:00:00.000000000Z");
  EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(time_text(std::numeric_limits<std::int64_t>::min()), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(time_text(std::numeric_limits<std::int64_t>::max()), "2262-04-11T23:47:16.854775807Z");
}

TEST(LineFormat, TellsTheSourceOfLinesThatAreNotTheContainersOwn) {
  ContainerInfo info = web();
  info.source = "supercargo_events";
  EXPECT_NE(lines(LineStyle::kJson, info, {"x"}).find(R"("source":"supercargo_events","line":"x")"),
            std::string::npos);
}

TEST(LineFormat, WritesTextAsItIs) {
  EXPECT_EQ(lines(LineStyle::kText, web(), {"GET / 200", "", "\xFF"}),
            "2026-11-22T10:00:00.000000007Z shop/web-0/nginx stderr GET / 200\n"
            "2026-11-22T10:00:00.000000007Z shop/web-0/nginx stderr \n"
            "2026-11-22T10:00:00.000000007Z shop/web-0/nginx stderr \xFF\n");
}

TEST(LineFormat, LeavesOutTheNamesThatAreNotKnown) {
  ContainerInfo info;
  info.container = "syslog";
  EXPECT_EQ(lines(LineStyle::kText, info, {"a"}),
            "2026-11-22T10:00:00.000000007Z syslog stderr a\n");
  EXPECT_EQ(lines(LineStyle::kText, {}, {"a"}), "2026-11-22T10:00:00.000000007Z - stderr a\n");
}

TEST(LineFormat, WritesJson) {
  EXPECT_EQ(lines(LineStyle::kJson, web(), {"say \"hi\"\n", "\xFF"}),
            R"({"time":"2026-11-22T10:00:00.000000007Z","namespace":"shop","pod":"web-0",)"
            R"("container":"nginx","stream":"stderr","node":"node-1","line":"say \"hi\"\n"})"
            "\n"
            R"({"time":"2026-11-22T10:00:00.000000007Z","namespace":"shop","pod":"web-0",)"
            R"("container":"nginx","stream":"stderr","node":"node-1","line":")"
            "\uFFFD\"}\n");
}

TEST(LineFormat, PutsFieldsOfLinesBeforeThemInJsonOnly) {
  ParseConfig parse;
  parse.format = ParseConfig::Format::kAuto;
  parse.fields = {"level", "status"};
  const std::string line = R"({"level":"a \"b\"","status":500,"other":1})";
  EXPECT_EQ(lines(LineStyle::kJson, web(), {line, "plain"}, parse),
            R"({"time":"2026-11-22T10:00:00.000000007Z","namespace":"shop","pod":"web-0",)"
            R"("container":"nginx","stream":"stderr","node":"node-1",)"
            R"("fields":{"level":"a \"b\"","status":500},)"
            R"("line":"{\"level\":\"a \\\"b\\\"\",\"status\":500,\"other\":1}"})"
            "\n"
            R"({"time":"2026-11-22T10:00:00.000000007Z","namespace":"shop","pod":"web-0",)"
            R"("container":"nginx","stream":"stderr","node":"node-1","line":"plain"})"
            "\n");
  EXPECT_EQ(lines(LineStyle::kText, web(), {"level=info"}, parse),
            lines(LineStyle::kText, web(), {"level=info"}));
}

}  // namespace
}  // namespace supercargo
