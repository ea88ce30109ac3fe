#include "tests/support/loki_store.h"

#include <gmock/gmock.h>
#include <snappy.h>

#include "tests/support/loki_push_builder.h"

namespace supercargo::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'700'000'000 * kSecond;

class Push : public LokiPush {
 public:
  Push() : LokiPush(kNow) {}
};

PushVerdict pushed(const LokiPush& push, const LokiLimits& limits = {}) {
  return LokiStore(limits).push(push.body(), "fake", kNow);
}

LokiPush one(const std::string& labels,
             const std::string& text = "x",
             std::int64_t time_ns = kNow) {
  return Push().stream(labels).line(text, time_ns);
}

TEST(LokiStore, StoresLinesInTheOrderTheyCame) {
  const PushVerdict verdict =
      pushed(Push().stream("{a=\"1\"}").line("x").metadata("m", "v").line("").line("z", kNow - 5));
  EXPECT_EQ(verdict.status, 204);
  ASSERT_EQ(verdict.stored.size(), 3U);
  EXPECT_EQ(verdict.stored[0].line, "x");
  EXPECT_EQ(verdict.stored[0].metadata.at(0).second, "v");
  EXPECT_EQ(verdict.stored[1].line, "");
  EXPECT_EQ(verdict.stored[2].time_ns, kNow - 5);
  EXPECT_EQ(verdict.stored[2].tenant, "fake");
}

TEST(LokiStore, RefusesABodyThatIsNoPushRequest) {
  EXPECT_EQ(LokiStore({}).push("\xFF\xFF\xFF garbage", "fake", kNow).status, 400);
  std::string not_protobuf;
  snappy::Compress("\x07garbage", 8, &not_protobuf);
  EXPECT_EQ(LokiStore({}).push(not_protobuf, "fake", kNow).status, 400);
  EXPECT_EQ(pushed(Push()).status, 422);
}

TEST(LokiStore, RefusesTextThatIsNotUtf8) {
  // Field 1 (a stream) with field 1 (labels) of one byte that begins no sequence.
  const std::string raw = "\x0A\x03\x0A\x01\xFF";
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  EXPECT_EQ(LokiStore({}).push(body, "fake", kNow).status, 400);
}

TEST(LokiStore, RefusesStreamsWithBadLabels) {
  EXPECT_EQ(pushed(one("{}")).text, "error at least one label pair is required per stream\n");
  EXPECT_THAT(pushed(one("{a=1}")).text, StartsWith("couldn't parse labels: "));
  EXPECT_EQ(
      pushed(one(R"({a="1",a="2"})")).text,
      "stream '{a=\"1\", a=\"2\", service_name=\"unknown_service\"}' has duplicate label name: "
      "'a'\n");
  const std::string long_name(1'025, 'n');
  EXPECT_THAT(pushed(one("{" + long_name + "=\"1\"}")).text, HasSubstr("label name too long"));
  const std::string long_value(2'049, 'v');
  EXPECT_THAT(pushed(one("{a=\"" + long_value + "\"}")).text, HasSubstr("label value too long"));
  std::string many = "{a0=\"1\"";
  for (int i = 1; i < 16; ++i) {
    many += ",a" + std::to_string(i) + "=\"1\"";
  }
  EXPECT_THAT(pushed(one(many + "}")).text, HasSubstr("has 16 label names; limit 15"));
}

// As Loki 3.7.6 does.
TEST(LokiStore, DoesNotCountAServiceNameButLooksAtItsLength) {
  LokiLimits limits;
  limits.max_labels = 1;
  limits.max_label_value_bytes = 10;
  EXPECT_EQ(pushed(one(R"({container="nginx"})"), limits).status, 204);
  EXPECT_EQ(pushed(one(R"({pod="a",service_name="x"})"), limits).status, 204);
  EXPECT_EQ(pushed(one(R"({pod="a"})"), limits).text,
            "stream '{pod=\"a\", service_name=\"unknown_service\"}' has label value too long: "
            "'unknown_service'\n");
  EXPECT_EQ(pushed(one(R"({node="n",container="c"})"), limits).text,
            "entry for stream '{container=\"c\", node=\"n\", service_name=\"c\"}' has 2 label "
            "names; limit 1\n");
}

TEST(LokiStore, StoresTheGoodLinesOfARequestWithBadOnes) {
  const PushVerdict verdict = pushed(Push()
                                         .stream("{a=\"1\"}")
                                         .line("good")
                                         .line("old", kNow - 8 * 24 * 3600 * kSecond)
                                         .line("new", kNow + 601 * kSecond)
                                         .stream("{}")
                                         .line("bad")
                                         .stream("{b=\"1\"}")
                                         .line("good too"));
  EXPECT_EQ(verdict.status, 400);
  EXPECT_EQ(verdict.refused.size(), 3U);
  ASSERT_EQ(verdict.stored.size(), 2U);
  EXPECT_EQ(verdict.stored[1].line, "good too");
  EXPECT_THAT(verdict.text,
              HasSubstr("1 errors like: entry for stream '{a=\"1\", "
                        "service_name=\"unknown_service\"}' has timestamp too old: "
                        "2023-11-06T22:13:20Z, oldest acceptable timestamp is: "
                        "2023-11-07T22:13:20Z"));
  EXPECT_THAT(verdict.text, HasSubstr("has timestamp too new: 2023-11-14T22:23:21Z"));
}

TEST(LokiStore, RefusesLinesAndMetadataThatAreTooLong) {
  EXPECT_EQ(pushed(one("{a=\"1\"}", std::string(262'144, 'x'))).status, 204);
  EXPECT_EQ(
      pushed(one("{a=\"1\"}", std::string(262'145, 'x'))).text,
      "max entry size '262144' bytes exceeded for stream '{a=\"1\", "
      "service_name=\"unknown_service\"}' while adding an entry with length '262145' bytes\n");
  EXPECT_THAT(pushed(one("{a=\"1\"}").metadata("m", std::string(65'536, 'x'))).text,
              HasSubstr("structured metadata too large: '65537' bytes"));
  LokiPush many = one("{a=\"1\"}");
  for (int i = 0; i < 129; ++i) {
    many.metadata("m" + std::to_string(i), "x");
  }
  EXPECT_THAT(pushed(many).text, HasSubstr("too many structured metadata labels: '129'"));
}

TEST(LokiStore, RefusesABodyAboveItsLimit) {
  LokiLimits limits;
  limits.max_body_bytes = 100;
  const PushVerdict verdict = pushed(one("{a=\"1\"}", std::string(200, 'x')), limits);
  EXPECT_EQ(verdict.status, 413);
  EXPECT_THAT(verdict.text, HasSubstr("than max (2"));
}

TEST(LokiStore, StoresTheSameLineInARowOnce) {
  LokiStore store({});
  const std::string body = Push().stream("{a=\"1\"}").line("x").line("x").line("y").body();
  const PushVerdict verdict = store.push(body, "fake", kNow);
  EXPECT_EQ(verdict.status, 204);
  EXPECT_EQ(verdict.stored.size(), 2U);
  EXPECT_EQ(verdict.duplicates, 1U);
  EXPECT_EQ(store.push(one("{a=\"1\"}", "y").body(), "fake", kNow).duplicates, 1U);
  EXPECT_EQ(store.push(one("{a=\"1\"}", "y").body(), "other", kNow).duplicates, 0U);
  EXPECT_EQ(store.streams(), 2U);
}

TEST(LokiStore, RefusesLinesFarBehindTheNewestOfTheirStream) {
  LokiStore store({});
  EXPECT_EQ(store.push(one("{a=\"1\"}").body(), "fake", kNow).status, 204);
  EXPECT_EQ(store.push(one("{a=\"1\"}", "x", kNow - 3600 * kSecond).body(), "fake", kNow).status,
            204);
  const PushVerdict verdict =
      store.push(one("{a=\"1\"}", "x", kNow - 3601 * kSecond).body(), "fake", kNow);
  EXPECT_EQ(verdict.status, 400);
  EXPECT_THAT(verdict.text,
              HasSubstr("entry too far behind, entry timestamp is: 2023-11-14T21:13:19Z"));
  EXPECT_THAT(verdict.text,
              HasSubstr("user 'fake', total ignored: 1 out of 1 for stream: {a=\"1\", "
                        "service_name=\"unknown_service\"}"));
  EXPECT_EQ(store.push(one("{b=\"1\"}", "x", kNow - 3601 * kSecond).body(), "fake", kNow).status,
            204);
}

TEST(LokiStore, LimitsStreamsOneByOne) {
  LokiLimits limits;
  limits.max_streams = 1;
  const PushVerdict verdict =
      pushed(Push().stream("{a=\"1\"}").line("x").stream("{b=\"1\"}").line("y"), limits);
  EXPECT_EQ(verdict.status, 429);
  EXPECT_THAT(verdict.text,
              StartsWith("maximum active stream limit exceeded when trying to create "
                         "stream {b=\"1\", service_name=\"unknown_service\"}"));
  ASSERT_EQ(verdict.stored.size(), 1U);
  EXPECT_EQ(verdict.stored[0].line, "x");
}

TEST(LokiStore, LimitsTheRateOfWholeRequests) {
  LokiLimits limits;
  limits.ingestion_rate = 10;
  limits.ingestion_burst = 100;
  LokiStore store(limits);
  const std::string body = one("{a=\"1\"}", std::string(90, 'x')).body();
  EXPECT_EQ(store.push(body, "fake", kNow).status, 204);
  const PushVerdict verdict = store.push(body, "fake", kNow);
  EXPECT_EQ(verdict.status, 429);
  EXPECT_TRUE(verdict.stored.empty());
  EXPECT_THAT(verdict.text,
              StartsWith("ingestion rate limit exceeded for user fake (limit: 10 bytes/sec) while "
                         "attempting to ingest '1' lines totaling '90' bytes"));
  EXPECT_EQ(store.push(body, "fake", kNow + 9 * kSecond).status, 204);
}

}  // namespace
}  // namespace supercargo::test
