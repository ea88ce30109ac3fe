#include "exporters/gelf/gelf_line_fields.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exporters/gelf/gelf_encoder.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in_rules.h"

namespace supercargo {
namespace {

using nlohmann::json;
using test::TestBatch;

struct GelfLineFieldsTest : testing::Test {
  // The message of that line, which the stand-in for Graylog takes.
  json message(const std::string& line, std::vector<std::string> names) {
    options.parse.format = ParseConfig::Format::kAuto;
    options.parse.fields = std::move(names);
    GelfEncoder encoder(options, counters);
    std::string out;
    encoder.append(TestBatch({line}).get(), out);
    out.pop_back();
    EXPECT_EQ(test::gelf_refusal(out), "") << out;
    return json::parse(out);
  }

  GelfEncoder::Options options;
  SelfMetrics metrics;
  GelfCounters counters{metrics, "graylog"};
};

TEST_F(GelfLineFieldsTest, NumbersStayNumbersAndAllElseIsText) {
  const json sent = message(R"({"took":1.5,"count":7,"user":"ann \"x\"","ok":true,"no":null,)"
                            R"("list":[1,"a"],"huge":1e999})",
                            {"took", "count", "user", "ok", "no", "list", "huge"});
  EXPECT_EQ(sent["_took"], 1.5);
  EXPECT_EQ(sent["_count"], 7);
  EXPECT_TRUE(sent["_count"].is_number_integer());
  EXPECT_EQ(sent["_user"], "ann \"x\"");
  EXPECT_EQ(sent["_ok"], "true");
  EXPECT_EQ(sent["_no"], "null");
  EXPECT_EQ(sent["_list"], R"([1,"a"])");
  EXPECT_EQ(sent["_huge"], "1e999");
}

TEST_F(GelfLineFieldsTest, NamesAreLegalAndNeverTaken) {
  options.static_fields = *render_static_fields({{"team", "red"}});
  const json sent = message("id=1 level=warn pod=p source=s http.status=200 a/b=2 team=t",
                            {"id", "level", "pod", "source", "http.status", "a/b", "team"});
  EXPECT_FALSE(sent.contains("_id"));
  EXPECT_EQ(sent["_id_"], 1);
  EXPECT_EQ(sent["level"], 4);
  EXPECT_EQ(sent["_level_extracted"], "warn");
  EXPECT_EQ(sent["_pod"], "cart-5d9");
  EXPECT_EQ(sent["_pod_extracted"], "p");
  EXPECT_EQ(sent["_source_extracted"], "s");
  EXPECT_EQ(sent["_http.status"], 200);
  EXPECT_EQ(sent["_a_b"], 2);
  EXPECT_EQ(sent["_team"], "red");
  EXPECT_EQ(sent["_team_extracted"], "t");
}

TEST_F(GelfLineFieldsTest, LeaveTheMessageAsItIsWhereALineHasNone) {
  const json sent = message("plain text", {"user"});
  EXPECT_FALSE(sent.contains("_user"));
  EXPECT_EQ(sent["short_message"], "plain text");
  std::ostringstream told;
  for (const auto& family : metrics.collect()) {
    if (family.name == "supercargo_log_unparsed_lines_total") {
      told << family.metric.at(0).counter.value;
    }
  }
  EXPECT_EQ(told.str(), "1");
}

TEST_F(GelfLineFieldsTest, LeaveRoomForTheText) {
  options.max_message_bytes = 2'000;
  const json sent = message("a=" + std::string(400, 'x') + " b=" + std::string(400, 'y') + " c=1",
                            {"a", "b", "c"});
  EXPECT_TRUE(sent.contains("_a"));
  EXPECT_FALSE(sent.contains("_b")) << "it would make more than a quarter of the message";
  EXPECT_EQ(sent["_c"], 1);
}

}  // namespace
}  // namespace supercargo
