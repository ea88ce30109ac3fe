// Whole push requests, byte for byte as they go to Loki (before compression), beside what
// protobuf's own classes read from them. SUPERCARGO_UPDATE_GOLDEN=1 writes the files anew.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "exporters/loki/loki_encoder.h"
#include "tests/exporters/loki/push_fixture.h"
#include "tests/support/fake_facts.h"

namespace supercargo {
namespace {

namespace pb = test::loki;
using testing::ElementsAre;

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kBytesPerLine = 32;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
    text += (i + 1) % kBytesPerLine == 0 ? "\n" : "";
  }
  return text.ends_with('\n') ? text : text + "\n";
}

std::string golden(const std::string& name, std::string_view bytes) {
  const std::string path = std::string(SUPERCARGO_GOLDEN_DIR) + "/" + name + ".hex";
  if (std::getenv("SUPERCARGO_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(path) << hex_of(bytes);
  }
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

ContainerInfo shop() {
  ContainerInfo info;
  info.node = "n1";
  info.pod_namespace = "shop";
  info.pod = "web-0";
  info.pod_uid = "0a1b";
  info.container = "web";
  info.container_id = "c0ffee";
  info.restart = 2;
  return info;
}

Record record(std::string_view text, std::int64_t time_ns) {
  Record made;
  made.time_ns = time_ns;
  made.text = text;
  return made;
}

class GoldenPush : public testing::Test {
 protected:
  void encode(const std::vector<Record>& records, Stream stream = Stream::kStdout) {
    if (!encoder_) {
      Result<LokiLabels> labels = LokiLabels::create(config_);
      ASSERT_TRUE(labels) << labels.error().message;
      encoder_.emplace(std::move(*labels));
    }
    encoder_->append(Batch{info_, 1, stream, "id", records});
  }

  // What protobuf reads, once the bytes are those of the file.
  pb::PushRequest request(const std::string& name) {
    EXPECT_EQ(hex_of(encoder_->body()), golden(name, encoder_->body()));
    return test::parsed_push(encoder_->body());
  }

  LokiConfig config_;
  ContainerInfo info_ = shop();
  std::optional<LokiEncoder> encoder_;
};

std::vector<std::string> lines_of(const pb::Stream& stream) {
  std::vector<std::string> lines;
  for (const pb::Entry& entry : stream.entries()) {
    lines.push_back(entry.line());
  }
  return lines;
}

TEST_F(GoldenPush, OfBothStreams) {
  encode({record("first", 1'795'384'800'000'000'001), record("second", 1'795'384'800'100'000'000)});
  encode({record("oops", 1'795'384'801'000'000'000)}, Stream::kStderr);
  const pb::PushRequest push = request("both_streams");
  ASSERT_EQ(push.streams_size(), 2);
  EXPECT_EQ(push.streams(0).labels(),
            R"({container="web",namespace="shop",node="n1",pod="web-0",stream="stdout"})");
  EXPECT_EQ(push.streams(1).labels(),
            R"({container="web",namespace="shop",node="n1",pod="web-0",stream="stderr"})");
  EXPECT_THAT(lines_of(push.streams(0)), ElementsAre("first", "second"));
  const pb::Entry& entry = push.streams(0).entries(0);
  EXPECT_EQ(entry.timestamp().seconds(), 1'795'384'800);
  EXPECT_EQ(entry.timestamp().nanos(), 1);
  ASSERT_EQ(entry.structured_metadata_size(), 3);
  EXPECT_EQ(entry.structured_metadata(0).name(), "pod_uid");
  EXPECT_EQ(entry.structured_metadata(1).value(), "c0ffee");
  EXPECT_EQ(entry.structured_metadata(2).value(), "2");
}

TEST_F(GoldenPush, OfFactsThatCameLater) {
  const auto source = std::make_shared<test::FakeFacts>();
  encoder_.emplace(std::move(*LokiLabels::create(config_)), FactMemory(source));
  source->set("web", {.facts = {}, .complete = false});
  encode({record("early", 1'795'384'800'000'000'001)});
  source->set("web", {.facts = test::image_fact("nginx:1.27"), .complete = true});
  encode({record("early", 1'795'384'800'000'000'001), record("late", 1'795'384'800'000'000'002)});
  const pb::PushRequest push = request("late_facts");
  const pb::Stream& stream = push.streams(0);
  EXPECT_THAT(lines_of(stream), ElementsAre("early", "early", "late"));
  EXPECT_EQ(stream.entries(0).SerializeAsString(), stream.entries(1).SerializeAsString());
  EXPECT_EQ(stream.entries(1).structured_metadata_size(), 3);
  ASSERT_EQ(stream.entries(2).structured_metadata_size(), 4);
  EXPECT_EQ(stream.entries(2).structured_metadata(3).name(), "image");
  EXPECT_EQ(stream.entries(2).structured_metadata(3).value(), "nginx:1.27");
}

TEST_F(GoldenPush, OfTimesBefore1970) {
  encode({record("a", -1), record("b", -1'500'000'000), record("c", 0)});
  const pb::PushRequest push = request("before_1970");
  const auto& entries = push.streams(0).entries();
  EXPECT_EQ(entries[0].timestamp().seconds(), -1);
  EXPECT_EQ(entries[0].timestamp().nanos(), 999'999'999);
  EXPECT_EQ(entries[1].timestamp().seconds(), -2);
  EXPECT_EQ(entries[1].timestamp().nanos(), 500'000'000);
  EXPECT_EQ(entries[2].timestamp().seconds(), 0);
}

TEST_F(GoldenPush, OfLinesThatAreEmptyOrNoText) {
  config_.structured_metadata.clear();
  encode({record("", 1),
          record(std::string_view("nul\0byte", 8), 2),
          record("caf\xE9 \xED\xA0\x80 \xF4\x90\x80\x80 \xC0\x80", 3),
          record("\x1b[31mred\x1b[0m\r", 4)});
  const pb::PushRequest push = request("odd_lines");
  EXPECT_THAT(lines_of(push.streams(0)),
              ElementsAre("",
                          std::string("nul\0byte", 8),
                          "caf\uFFFD \uFFFD\uFFFD\uFFFD \uFFFD\uFFFD\uFFFD\uFFFD \uFFFD\uFFFD",
                          "\x1b[31mred\x1b[0m\r"));
  EXPECT_EQ(push.streams(0).entries(0).structured_metadata_size(), 0);
}

TEST_F(GoldenPush, OfFifteenLabels) {
  for (int i = 0; i < 10; ++i) {
    config_.static_labels["label_" + std::to_string(i)] = "value " + std::to_string(i);
  }
  encode({record("x", 1)});
  const pb::PushRequest push = request("fifteen_labels");
  EXPECT_EQ(push.streams(0).labels(),
            R"({container="web",label_0="value 0",label_1="value 1",label_2="value 2",)"
            R"(label_3="value 3",label_4="value 4",label_5="value 5",label_6="value 6",)"
            R"(label_7="value 7",label_8="value 8",label_9="value 9",namespace="shop",node="n1",)"
            R"(pod="web-0",stream="stdout"})");
}

TEST_F(GoldenPush, OfLabelValuesWithQuotes) {
  config_.static_labels["quoted"] = "say \"hi\", {you}\\\n\t\x01 caf\u00e9";
  encode({record("x", 1)});
  const pb::PushRequest push = request("quoted_labels");
  EXPECT_THAT(push.streams(0).labels(),
              testing::HasSubstr(R"(quoted="say \"hi\", {you}\\\n\t\u0001 café")"));
}

TEST_F(GoldenPush, OfALineThatIsLongerThanAVarintByteCounts) {
  encode({record(std::string(200, 'x'), 1)});
  EXPECT_EQ(request("long_line").streams(0).entries(0).line(), std::string(200, 'x'));
}

}  // namespace
}  // namespace supercargo
