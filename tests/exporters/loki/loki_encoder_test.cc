#include "exporters/loki/loki_encoder.h"

#include <gmock/gmock.h>

#include "exporters/loki/wire.h"
#include "tests/support/loki_push.pb.h"

namespace supercargo {
namespace {

namespace pb = test::loki;

ContainerInfo container(const std::string& name) {
  ContainerInfo info;
  info.pod_namespace = "shop";
  info.pod = "web-0";
  info.pod_uid = "0a1b";
  info.container = name;
  info.restart = 2;
  return info;
}

LokiEncoder make_encoder() {
  Result<LokiLabels> labels = LokiLabels::create({});
  EXPECT_TRUE(labels);
  return LokiEncoder(std::move(*labels));
}

Record record(std::string_view text, std::int64_t time_ns = 1'700'000'000'123'456'789) {
  Record made;
  made.time_ns = time_ns;
  made.text = text;
  return made;
}

void append(LokiEncoder& encoder,
            std::uint64_t key,
            const std::vector<Record>& records,
            Stream stream = Stream::kStdout) {
  const ContainerInfo info = container("c" + std::to_string(key));
  encoder.append(Batch{info, key, stream, "id", records});
}

pb::PushRequest decoded(const LokiEncoder& encoder) {
  pb::PushRequest request;
  EXPECT_TRUE(request.ParseFromString(std::string(encoder.body())));
  return request;
}

std::string only_line(std::string_view text) {
  LokiEncoder encoder = make_encoder();
  append(encoder, 1, {record(text)});
  return decoded(encoder).streams(0).entries(0).line();
}

TEST(LokiEncoder, WritesLabelsTimeTextAndMetadata) {
  LokiEncoder encoder = make_encoder();
  append(encoder, 1, {record("hello"), record("world", 5)}, Stream::kStderr);

  const pb::PushRequest request = decoded(encoder);

  ASSERT_EQ(request.streams_size(), 1);
  const pb::Stream& stream = request.streams(0);
  EXPECT_EQ(stream.labels(), R"({container="c1",namespace="shop",pod="web-0",stream="stderr"})");
  ASSERT_EQ(stream.entries_size(), 2);
  EXPECT_EQ(stream.entries(0).timestamp().seconds(), 1'700'000'000);
  EXPECT_EQ(stream.entries(0).timestamp().nanos(), 123'456'789);
  EXPECT_EQ(stream.entries(0).line(), "hello");
  EXPECT_EQ(stream.entries(1).timestamp().seconds(), 0);
  EXPECT_EQ(stream.entries(1).timestamp().nanos(), 5);
  EXPECT_EQ(stream.entries(1).line(), "world");
  for (const pb::Entry& entry : stream.entries()) {
    ASSERT_EQ(entry.structured_metadata_size(), 2);
    EXPECT_EQ(entry.structured_metadata(0).name(), "pod_uid");
    EXPECT_EQ(entry.structured_metadata(0).value(), "0a1b");
    EXPECT_EQ(entry.structured_metadata(1).name(), "restart");
    EXPECT_EQ(entry.structured_metadata(1).value(), "2");
  }
}

TEST(LokiEncoder, IsEmptyUntilSomethingIsAppended) {
  LokiEncoder encoder = make_encoder();
  EXPECT_TRUE(encoder.body().empty());
  append(encoder, 1, {});
  EXPECT_TRUE(encoder.body().empty());
}

TEST(LokiEncoder, ContinuesTheStreamThatWasAppendedLast) {
  LokiEncoder encoder = make_encoder();
  append(encoder, 1, {record("a")});
  append(encoder, 1, {record("b")});
  append(encoder, 1, {record("c")}, Stream::kStderr);
  append(encoder, 2, {record("d")}, Stream::kStderr);
  append(encoder, 1, {record("e")});
  const pb::PushRequest request = decoded(encoder);
  ASSERT_EQ(request.streams_size(), 4);
  ASSERT_EQ(request.streams(0).entries_size(), 2);
  EXPECT_EQ(request.streams(0).entries(1).line(), "b");
  EXPECT_EQ(request.streams(1).entries(0).line(), "c");
  EXPECT_EQ(request.streams(2).entries(0).line(), "d");
  EXPECT_THAT(request.streams(2).labels(), testing::HasSubstr("container=\"c2\""));
  EXPECT_EQ(request.streams(3).entries(0).line(), "e");
}

TEST(LokiEncoder, BeginsANewRequestAfterClear) {
  LokiEncoder encoder = make_encoder();
  append(encoder, 1, {record("a")});
  encoder.clear();
  EXPECT_TRUE(encoder.body().empty());
  append(encoder, 1, {record("b")});
  const pb::PushRequest request = decoded(encoder);
  ASSERT_EQ(request.streams_size(), 1);
  EXPECT_NE(request.streams(0).labels(), "");
  EXPECT_EQ(request.streams(0).entries(0).line(), "b");
}

TEST(LokiEncoder, TakesLinesOfEverySize) {
  LokiEncoder encoder = make_encoder();
  std::vector<std::string> texts;
  for (const std::size_t size :
       {0U, 1U, 100U, 127U, 128U, 16'383U, 16'384U, 262'144U, 3'000'000U}) {
    texts.emplace_back(size, 'x');
  }
  for (const std::string& text : texts) {
    append(encoder, 1, {record(text)});
  }
  const pb::PushRequest request = decoded(encoder);
  ASSERT_EQ(request.streams(0).entries_size(), static_cast<int>(texts.size()));
  for (int i = 0; i < request.streams(0).entries_size(); ++i) {
    EXPECT_EQ(request.streams(0).entries(i).line(), texts[static_cast<std::size_t>(i)]);
  }
}

TEST(LokiEncoder, KeepsTimesBefore1970) {
  LokiEncoder encoder = make_encoder();
  append(encoder, 1, {record("a", -1), record("b", -1'000'000'000)});
  const pb::PushRequest request = decoded(encoder);
  EXPECT_EQ(request.streams(0).entries(0).timestamp().seconds(), -1);
  EXPECT_EQ(request.streams(0).entries(0).timestamp().nanos(), 999'999'999);
  EXPECT_EQ(request.streams(0).entries(1).timestamp().seconds(), -1);
  EXPECT_EQ(request.streams(0).entries(1).timestamp().nanos(), 0);
}

TEST(LokiEncoder, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(only_line("caf\xE9!"), "caf\uFFFD!");
  EXPECT_EQ(only_line("caf\u00e9 \U0001F600"), "caf\u00e9 \U0001F600");
  EXPECT_EQ(only_line(std::string_view("nul\0byte", 8)), std::string("nul\0byte", 8));
}

TEST(LokiEncoder, RendersAgainWhenItHasSeenTooManyContainers) {
  LokiEncoder encoder = make_encoder();
  for (std::uint64_t key = 0; key <= RenderedStreams::kMaxContainers; ++key) {
    append(encoder, key, {record("x")});
  }
  append(encoder, 0, {record("y")});
  const pb::PushRequest request = decoded(encoder);
  ASSERT_EQ(request.streams_size(), static_cast<int>(RenderedStreams::kMaxContainers) + 2);
  EXPECT_EQ(request.streams(0).labels(), request.streams(request.streams_size() - 1).labels());
}

TEST(LokiWire, HasSizesThatFitWhatIsWritten) {
  for (const std::uint64_t value : {0ULL, 127ULL, 128ULL, 16'384ULL, ~0ULL}) {
    std::array<char, wire::kMaxVarintBytes> bytes{};
    const auto size =
        static_cast<std::size_t>(wire::put_varint(bytes.data(), value) - bytes.data());
    EXPECT_EQ(size, wire::varint_size(value));
  }
}

}  // namespace
}  // namespace supercargo
