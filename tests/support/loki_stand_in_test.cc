#include "tests/support/loki_stand_in.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <snappy.h>

#include "tests/support/loki_push.pb.h"
#include "tests/support/plain_http.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string body_of(const std::string& labels, const std::vector<std::string>& texts) {
  loki::PushRequest request;
  loki::Stream* stream = request.add_streams();
  stream->set_labels(labels);
  for (const std::string& text : texts) {
    loki::Entry* entry = stream->add_entries();
    entry->mutable_timestamp()->set_seconds(1'700'000'000);
    entry->set_line(text);
  }
  std::string body;
  const std::string raw = request.SerializeAsString();
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

LokiStandInOptions in_2023() {
  LokiStandInOptions options;
  options.now_ns = [] { return std::int64_t{1'700'000'000'000'000'000}; };
  return options;
}

int push(const LokiStandIn& loki, const std::vector<std::string>& texts, const char* pod = "a") {
  return plain_http(loki.port(),
                    "POST",
                    "/loki/api/v1/push",
                    body_of(std::string("{pod=\"") + pod + "\"}", texts),
                    {{"Content-Type", "application/x-protobuf"}})
      .status;
}

std::vector<std::string> listed(const LokiStandIn& loki, const std::string& query) {
  std::vector<std::string> lines;
  std::string_view rest;
  const PlainAnswer answer = plain_http(loki.port(), "GET", "/stand-in/lines?" + query);
  rest = answer.body;
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    lines.push_back(json::parse(rest.substr(0, end)).at("line").get<std::string>());
    rest.remove_prefix(end + 1);
  }
  return lines;
}

json counted(const LokiStandIn& loki) {
  return json::parse(plain_http(loki.port(), "GET", "/stand-in/counters").body);
}

TEST(LokiStandIn, ListsLinesByLabelAndNumber) {
  LokiStandIn loki(in_2023());
  EXPECT_EQ(push(loki, {"1", "2", "3"}), 204);
  EXPECT_EQ(push(loki, {"4"}, "b c"), 204);
  using Lines = std::vector<std::string>;
  EXPECT_EQ(listed(loki, ""), (Lines{"1", "2", "3", "4"}));
  EXPECT_EQ(listed(loki, "pod=a&after=1&limit=1"), (Lines{"2"}));
  EXPECT_EQ(listed(loki, "pod=b%20c"), (Lines{"4"}));
  EXPECT_EQ(listed(loki, "pod=none"), Lines{});
}

TEST(LokiStandIn, CountsWhatItDid) {
  LokiStandIn loki(in_2023());
  push(loki, {"abc", "de"});
  push(loki, {"de"});
  const json counters = counted(loki);
  EXPECT_EQ(counters.at("requests"), 2);
  EXPECT_EQ(counters.at("stored_lines"), 2);
  EXPECT_EQ(counters.at("stored_bytes"), 5);
  EXPECT_EQ(counters.at("duplicate_lines"), 1);
  EXPECT_EQ(counters.at("streams"), 1);
  EXPECT_EQ(counters.at("answers").at("204"), 2);
}

TEST(LokiStandIn, TakesFaultsAtRunTime) {
  LokiStandIn loki(in_2023());
  const auto fault = [&loki](const std::string& query) {
    return plain_http(loki.port(), "POST", "/stand-in/fault?" + query).status;
  };
  EXPECT_EQ(fault("status=503&count=2&retry_after=9&text=later"), 204);
  EXPECT_EQ(fault("close=before"), 204);
  EXPECT_EQ(fault("close=after"), 204);
  const PlainAnswer answer = plain_http(loki.port(), "POST", "/loki/api/v1/push");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "later");
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: 9"));
  EXPECT_EQ(push(loki, {"a"}), 503);
  EXPECT_EQ(push(loki, {"b"}), 0);
  EXPECT_EQ(push(loki, {"c"}), 0);
  EXPECT_EQ(push(loki, {"d"}), 204);
  EXPECT_EQ(listed(loki, ""), (std::vector<std::string>{"c", "d"}));
}

TEST(LokiStandIn, ResetsAConnectionWithinABody) {
  LokiStandIn loki(in_2023());
  const auto control = [&loki](const std::string& path) {
    return plain_http(loki.port(), "POST", path).status;
  };
  EXPECT_EQ(control("/stand-in/fault?cut_bytes=3&count=100"), 204);
  EXPECT_EQ(push(loki, {"a"}), 0);
  EXPECT_EQ(push(loki, {"b"}), 0);
  EXPECT_EQ(control("/stand-in/lift"), 204);
  EXPECT_EQ(push(loki, {"c"}), 204);
  EXPECT_EQ(listed(loki, ""), (std::vector<std::string>{"c"}));
}

TEST(LokiStandIn, AppendsLinesToItsFile) {
  TempTree tree;
  LokiStandInOptions options = in_2023();
  options.output_file = tree.path("lines.jsonl");
  options.refused_file = tree.path("refused.jsonl");
  options.keep_lines = false;
  options.limits.max_line_bytes = 10;
  LokiStandIn loki(options);
  push(loki, {"a \"b\"", "much too long"});
  const json refused = json::parse(tree.read("refused.jsonl"));
  EXPECT_EQ(refused.at("line"), "much too long");
  EXPECT_EQ(refused.at("reason"), "line_too_long");
  const json line = json::parse(tree.read("lines.jsonl"));
  EXPECT_EQ(line.at("line"), "a \"b\"");
  EXPECT_EQ(line.at("time_ns"), 1'700'000'000'000'000'000);
  EXPECT_EQ(line.at("labels").at("pod"), "a");
  EXPECT_EQ(line.at("tenant"), "fake");
  EXPECT_EQ(line.at("request"), 1);
  EXPECT_TRUE(loki.lines().empty());
}

TEST(LokiStandIn, ForgetsAllWhenReset) {
  LokiStandIn loki(in_2023());
  push(loki, {"a"});
  loki.add_fault({500, "", "", {}, LokiFault::Close::kNo});
  EXPECT_EQ(plain_http(loki.port(), "POST", "/stand-in/reset").status, 204);
  EXPECT_EQ(counted(loki).at("requests"), 0);
  EXPECT_EQ(push(loki, {"a"}), 204);
  EXPECT_EQ(loki.lines().size(), 1U);
}

TEST(LokiStandIn, DiscardsBodiesUnreadWhenAsked) {
  LokiStandInOptions options;
  options.http.discard_bodies = true;
  LokiStandIn loki(options);
  const std::string body(1'000'000, 'x');
  EXPECT_EQ(plain_http(loki.port(), "POST", "/loki/api/v1/push", body).status, 204);
  EXPECT_EQ(counted(loki).at("body_bytes"), 1'000'000);
  EXPECT_EQ(counted(loki).at("stored_lines"), 0);
}

TEST(LokiStandIn, ChangesItsLimitsWhileItRuns) {
  LokiStandIn loki(in_2023());
  const auto limits = [&loki](const std::string& query) {
    return plain_http(loki.port(), "POST", "/stand-in/limits?" + query).status;
  };
  EXPECT_EQ(limits("max_line_bytes=3&stream_rate=1000"), 204);
  EXPECT_EQ(push(loki, {"long", "abc"}), 400);
  EXPECT_EQ(limits("tenant=fake&answer_status=403"), 204);
  EXPECT_EQ(push(loki, {"a"}), 403);
  EXPECT_EQ(limits("default=1"), 204);
  EXPECT_EQ(push(loki, {"long"}), 204);
  EXPECT_EQ(limits("max_lines=3"), 400);
  const json counters = counted(loki);
  EXPECT_EQ(counters.at("refused").at("fake").at("line_too_long"), 1);
  EXPECT_EQ(counters.at("stored").at("fake"), 2);
  EXPECT_EQ(counters.at("lost_silently"), 0);
}

TEST(LokiStandIn, ForgetsStreamsAsAnIngesterThatIsRestarted) {
  LokiStandInOptions options = in_2023();
  options.limits.max_streams = 1;
  LokiStandIn loki(options);
  EXPECT_EQ(push(loki, {"a"}, "a"), 204);
  EXPECT_EQ(push(loki, {"b"}, "b"), 429);
  EXPECT_EQ(plain_http(loki.port(), "POST", "/stand-in/forget_streams").status, 204);
  EXPECT_EQ(push(loki, {"b"}, "b"), 204);
}

TEST(LokiStandIn, AsksForATenantWhenToldSo) {
  LokiStandInOptions options = in_2023();
  options.tenant_needed = true;
  LokiStandIn loki(options);
  EXPECT_EQ(push(loki, {"a"}), 401);
}

TEST(LokiStandIn, RefusesOtherFormsOfRequests) {
  LokiStandIn loki(in_2023());
  const auto status = [&loki](const char* name, const char* value) {
    return plain_http(loki.port(),
                      "POST",
                      "/loki/api/v1/push",
                      body_of("{a=\"1\"}", {"x"}),
                      {{"Content-Type", "application/x-protobuf"}, {name, value}})
        .status;
  };
  EXPECT_EQ(status("Content-Encoding", "snappy"), 204);
  EXPECT_EQ(status("Content-Encoding", "zstd"), 400);
  EXPECT_EQ(plain_http(loki.port(), "POST", "/loki/api/v1/push", "{}").status, 415);
  EXPECT_EQ(plain_http(loki.port(), "GET", "/loki/api/v1/push").status, 404);
  EXPECT_EQ(plain_http(loki.port(), "GET", "/ready").status, 200);
}

}  // namespace
}  // namespace supercargo::test
