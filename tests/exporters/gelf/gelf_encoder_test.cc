#include "exporters/gelf/gelf_encoder.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/fake_facts.h"
#include "tests/support/graylog_stand_in_rules.h"

namespace supercargo {
namespace {

using nlohmann::json;
using test::TestBatch;

struct GelfEncoderTest : testing::Test {
  std::vector<std::string> encode(const TestBatch& batch, GelfEncoder::Options options = {}) {
    GelfEncoder encoder(std::move(options), counters);
    std::string out;
    encoder.append(batch.get(), out);
    return split(out);
  }

  static std::vector<std::string> split(const std::string& out) {
    std::vector<std::string> messages;
    std::istringstream in(out);
    for (std::string message; std::getline(in, message, '\0');) {
      EXPECT_EQ(test::gelf_refusal(message), "") << message;
      messages.push_back(message);
    }
    return messages;
  }

  SelfMetrics metrics;
  GelfCounters counters{metrics, "graylog"};
};

TEST_F(GelfEncoderTest, WritesTheFieldsOfAContainer) {
  const auto messages = encode(TestBatch({"hello", "world"}));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1],
            R"({"version":"1.1","host":"node-1","_namespace":"shop","_pod":"cart-5d9",)"
            R"("_container":"cart","_stream":"stdout","_pod_uid":"0f3c","_container_id":"abc123",)"
            R"("_restart":2,"_supercargo_id":"0f3c/cart/2/9a8b/100","level":6,)"
            R"("timestamp":1700000000.000000002,"short_message":"world"})");
}

TEST_F(GelfEncoderTest, AddsWhatBecomesKnownOfAContainerLater) {
  const auto facts = std::make_shared<test::FakeFacts>();
  facts->set("cart", {.facts = {}, .complete = false});
  GelfEncoder::Options options;
  options.facts = facts;
  GelfEncoder encoder(options, counters);
  const TestBatch batch({"hello"});
  std::string out;
  encoder.append(batch.get(), out);
  ContainerFacts known = test::image_fact("nginx:\"1\"");
  known.container_id = "not-that-one";
  known.workload_kind = "Deployment";
  known.workload = "cart";
  facts->set("cart", {known, true});
  encoder.append(batch.get(), out);
  const auto messages = split(out);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_FALSE(json::parse(messages[0]).contains("_image"));
  const json late = json::parse(messages[1]);
  EXPECT_EQ(late["_image"], "nginx:\"1\"");
  EXPECT_EQ(late["_workload_kind"], "Deployment");
  EXPECT_EQ(late["_workload"], "cart");
  EXPECT_EQ(late["_container_id"], "abc123");
  EXPECT_EQ(late["_supercargo_id"], json::parse(messages[0])["_supercargo_id"]);
}

TEST_F(GelfEncoderTest, TakesTheLevelFromTheLine) {
  TestBatch batch({"ERROR x", "{\"level\":\"debug\"}", "plain", "WARN at y\n  more"});
  const auto levels = [&](GelfEncoder::Options options) {
    std::vector<int> found;
    for (const std::string& message : encode(batch, std::move(options))) {
      found.push_back(json::parse(message)["level"].get<int>());
    }
    return found;
  };
  EXPECT_EQ(levels({}), (std::vector<int>{3, 7, 6, 4}));
  GelfEncoder::Options as_docker;
  as_docker.stderr_level = LineLevel::kError;
  EXPECT_EQ(levels(as_docker), (std::vector<int>{3, 7, 6, 4}));
  batch.stream = Stream::kStderr;
  EXPECT_EQ(levels(as_docker), (std::vector<int>{3, 7, 3, 4}));
  EXPECT_EQ(levels({}), (std::vector<int>{3, 7, 6, 4}));
}

TEST_F(GelfEncoderTest, GivesTheSameIdToTheSameLine) {
  TestBatch batch({"x"});
  const std::string first = json::parse(encode(batch)[0])["_supercargo_id"];
  EXPECT_EQ(json::parse(encode(batch)[0])["_supercargo_id"], first);
  batch.records[0].offset = 18'446'744'073'709'551'615U;
  EXPECT_EQ(json::parse(encode(batch)[0])["_supercargo_id"],
            "0f3c/cart/2/9a8b/18446744073709551615");
}

TEST_F(GelfEncoderTest, KeepsContainersAndStreamsApart) {
  GelfEncoder encoder({}, counters);
  std::string out;
  TestBatch batch({"x"});
  encoder.append(batch.get(), out);
  batch.stream = Stream::kStderr;
  encoder.append(batch.get(), out);
  batch.key = 8;
  batch.info.pod = "other";
  encoder.append(batch.get(), out);
  const auto messages = split(out);
  EXPECT_EQ(json::parse(messages[0])["_stream"], "stdout");
  EXPECT_EQ(json::parse(messages[1])["_stream"], "stderr");
  EXPECT_EQ(json::parse(messages[2])["_pod"], "other");
}

TEST_F(GelfEncoderTest, RendersAgainAfterManyContainers) {
  GelfEncoder encoder({}, counters);
  std::string out;
  TestBatch batch({"x"});
  for (std::uint64_t key = 0; key < 3000; ++key) {
    batch.key = key;
    batch.info.pod = "pod-" + std::to_string(key);
    encoder.append(batch.get(), out);
  }
  batch.key = 0;
  batch.info.pod = "pod-0";
  encoder.append(batch.get(), out);
  const auto messages = split(out);
  EXPECT_EQ(json::parse(messages[2999])["_pod"], "pod-2999");
  EXPECT_EQ(json::parse(messages[3000])["_pod"], "pod-0");
}

TEST_F(GelfEncoderTest, LeavesOutWhatTheSourceDoesNotKnow) {
  TestBatch batch({"x"});
  batch.info = ContainerInfo{};
  const json message = json::parse(encode(batch)[0]);
  EXPECT_FALSE(message.contains("_namespace"));
  EXPECT_FALSE(message.contains("_container_id"));
  EXPECT_EQ(message["host"], "unknown");
}

TEST_F(GelfEncoderTest, TellsTheSourceOfLinesThatAreNotTheContainersOwn) {
  TestBatch batch({"x"});
  batch.info.source = "supercargo_events";
  const json message = json::parse(encode(batch).at(0));
  EXPECT_EQ(message["_supercargo_source"], "supercargo_events");
  EXPECT_FALSE(message.contains("_restart"));
}

TEST_F(GelfEncoderTest, TakesTheConfiguredHostAndFields) {
  const auto fields = render_static_fields({{"cluster", "eu \"1\""}, {"_team", "x"}, {"id", "7"}});
  ASSERT_TRUE(fields);
  const json message = json::parse(encode(TestBatch({"x"}), {"edge-7", *fields, 2'000'000})[0]);
  EXPECT_EQ(message["host"], "edge-7");
  EXPECT_EQ(message["_cluster"], "eu \"1\"");
  EXPECT_EQ(message["_team"], "x");
  EXPECT_EQ(message["_id_"], "7");
  EXPECT_FALSE(message.contains("_id"));
}

TEST_F(GelfEncoderTest, TellsThePlaceByTheNamespace) {
  LogsConfig logs;
  logs.cluster = "eu \"1\"";
  logs.environments = {{{"*-staging"}, "staging"}};
  GelfEncoder::Options options;
  options.place = *LogPlace::create(logs);
  TestBatch batch({"x"});
  const json shop = json::parse(encode(batch, options).at(0));
  EXPECT_EQ(shop["_cluster"], "eu \"1\"");
  EXPECT_FALSE(shop.contains("_environment"));
  batch.info.pod_namespace = "shop-staging";
  EXPECT_EQ(json::parse(encode(batch, options).at(0))["_environment"], "staging");
}

TEST_F(GelfEncoderTest, RefusesFieldNamesThatAreTaken) {
  EXPECT_FALSE(render_static_fields({{"pod", "x"}}));
  EXPECT_FALSE(render_static_fields({{"_timestamp", "x"}}));
  EXPECT_FALSE(render_static_fields({{"source", "x"}}));
  EXPECT_FALSE(render_static_fields({{"gl2_remote_ip", "x"}}));
  EXPECT_FALSE(render_static_fields({{"a b", "x"}, {"a_b", "y"}}));
}

TEST_F(GelfEncoderTest, SendsADashForBlankRecordsAndCountsThem) {
  const auto messages = encode(TestBatch({"", " \t", "\n\n", "\xE2\x80\x83", "x"}));
  ASSERT_EQ(messages.size(), 5U);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(test::short_message(messages[static_cast<std::size_t>(i)]), "-");
  }
  EXPECT_DOUBLE_EQ(counters.blank.Value(), 4);
}

TEST_F(GelfEncoderTest, PutsTheRestOfALongRecordIntoFullMessage) {
  const auto messages = encode(TestBatch({"oops\n  at a\n  at b", "\n  late\nx", "  one"}));
  EXPECT_EQ(test::short_message(messages[0]), "oops");
  EXPECT_EQ(json::parse(messages[0])["full_message"], "oops\n  at a\n  at b");
  EXPECT_EQ(test::short_message(messages[1]), "  late");
  EXPECT_EQ(json::parse(messages[1])["full_message"], "\n  late\nx");
  EXPECT_EQ(test::short_message(messages[2]), "  one");
  EXPECT_FALSE(json::parse(messages[2]).contains("full_message"));
}

TEST_F(GelfEncoderTest, MakesValidTextOfAnyBytes) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all += static_cast<char>(c);
  }
  const std::string zero("a\0b\n\0c", 6);
  const auto messages = encode(TestBatch({all, zero, "\xED\xA0\x80\xFF\xC0\x80"}));
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(json::parse(messages[1])["full_message"], zero);
  EXPECT_EQ(test::short_message(messages[2]).substr(0, 3), "\xEF\xBF\xBD");
}

TEST_F(GelfEncoderTest, CutsMessagesAboveTheLimit) {
  const auto messages = encode(TestBatch({std::string(10'000, 'x'), "small"}), {"", "", 4096});
  EXPECT_EQ(messages[0].size(), 4096U);
  EXPECT_TRUE(test::short_message(messages[0]).ends_with("\xE2\x80\xA6[truncated]"));
  EXPECT_EQ(test::short_message(messages[1]), "small");
  EXPECT_DOUBLE_EQ(counters.truncated.Value(), 1);
}

}  // namespace
}  // namespace supercargo
