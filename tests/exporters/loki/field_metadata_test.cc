#include "exporters/loki/field_metadata.h"

#include <gmock/gmock.h>

#include "exporters/loki/loki_encoder.h"
#include "tests/exporters/loki/push_fixture.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::Pair;

ParseConfig wanted(std::vector<std::string> fields) {
  ParseConfig config;
  config.format = ParseConfig::Format::kAuto;
  config.fields = std::move(fields);
  return config;
}

struct Sent {
  std::vector<std::pair<std::string, std::string>> metadata;
  std::uint64_t loki_bytes = 0;
};

// What protobuf reads of an entry with that line, of a container that has a pod uid.
Sent sent(const ParseConfig& parse, std::string_view line, EncodeRules rules = {}) {
  const LokiLabels labels = *LokiLabels::create({});
  LokiEncoder encoder(labels, FactMemory(), FieldMetadata(parse, labels));
  ContainerInfo info;
  info.container = "web";
  info.pod_uid = "0a1b";
  Record record;
  record.text = line;
  encoder.append(Batch{info, 1, Stream::kStdout, "id", {&record, 1}}, rules);
  Sent found;
  const test::loki::PushRequest push = test::parsed_push(encoder.body());
  EXPECT_EQ(push.streams(0).entries(0).line(), line);
  for (const auto& pair : push.streams(0).entries(0).structured_metadata()) {
    found.metadata.emplace_back(pair.name(), pair.value());
  }
  found.loki_bytes = encoder.pieces().front().loki_bytes;
  return found;
}

TEST(FieldMetadata, FollowsThatOfTheContainer) {
  const std::string_view line = R"({"user":"ann","took":1.5,"ok":true})";
  const Sent entry = sent(wanted({"took", "user", "ok"}), line);
  EXPECT_THAT(entry.metadata,
              ElementsAre(Pair("pod_uid", "0a1b"),
                          Pair("restart", "0"),
                          Pair("user", "ann"),
                          Pair("took", "1.5"),
                          Pair("ok", "true")));
  std::uint64_t bytes = line.size();
  for (const auto& [name, value] : entry.metadata) {
    bytes += name.size() + value.size();
  }
  EXPECT_EQ(entry.loki_bytes, bytes) << "as Loki's limits count";
}

TEST(FieldMetadata, HasNamesThatLokiTakesAndNoneThatIsTaken) {
  EXPECT_THAT(sent(wanted({"http.status", "7d", "pod", "restart", "image", "x-y"}),
                   "http.status=200 7d=x pod=p restart=r image=i x-y=1")
                  .metadata,
              ElementsAre(Pair("pod_uid", "0a1b"),
                          Pair("restart", "0"),
                          Pair("http_status", "200"),
                          Pair("_7d", "x"),
                          Pair("pod_extracted", "p"),
                          Pair("restart_extracted", "r"),
                          Pair("image_extracted", "i"),
                          Pair("x_y", "1")));
}

TEST(FieldMetadata, IsThatOfTheContainerAloneWhereALineHasNoFields) {
  EXPECT_THAT(sent(wanted({"user"}), "plain text").metadata,
              ElementsAre(Pair("pod_uid", "0a1b"), Pair("restart", "0")));
  EXPECT_THAT(sent({}, "user=ann").metadata,
              ElementsAre(Pair("pod_uid", "0a1b"), Pair("restart", "0")));
}

TEST(FieldMetadata, IsLeftOutForALokiThatRefusesIt) {
  EncodeRules rules;
  rules.with_metadata = false;
  const Sent entry = sent(wanted({"user"}), "user=ann", rules);
  EXPECT_TRUE(entry.metadata.empty());
  EXPECT_EQ(entry.loki_bytes, std::string("user=ann").size());
}

TEST(FieldMetadata, StandsWithALineThatIsCut) {
  EncodeRules rules;
  rules.max_line_bytes = 30;
  const LokiLabels labels = *LokiLabels::create({});
  LokiEncoder encoder(labels, FactMemory(), FieldMetadata(wanted({"user", "end"}), labels));
  const std::string line = "user=ann " + std::string(100, 'x') + " end=1";
  ContainerInfo info;
  Record record;
  record.text = line;
  encoder.append(Batch{info, 1, Stream::kStdout, "id", {&record, 1}}, rules);
  const test::loki::PushRequest push = test::parsed_push(encoder.body());
  const auto& metadata = push.streams(0).entries(0).structured_metadata();
  ASSERT_EQ(metadata.size(), 3);
  EXPECT_EQ(metadata[1].name(), "end");
  EXPECT_EQ(metadata[2].name(), "supercargo_original_bytes");
}

}  // namespace
}  // namespace supercargo
