#include "tests/support/loki_ingester.h"

#include <gmock/gmock.h>

#include "tests/support/loki_texts.h"

namespace supercargo::test {
namespace {

constexpr std::int64_t kNow = 1'700'000'000 * kNanosecondsPerSecond;

LokiLine line(const std::string& text, std::int64_t time_ns = kNow) {
  LokiLine line;
  line.line = text;
  line.time_ns = time_ns;
  return line;
}

LokiTaken push(LokiIngester& ingester,
               std::vector<LokiLine> lines,
               const LokiLimits& limits,
               std::int64_t now_ns = kNow) {
  return ingester.push({R"({a="1"})", std::move(lines)}, limits, now_ns);
}

std::vector<std::string> stored(const LokiTaken& taken) {
  std::vector<std::string> texts;
  for (const LokiLine& line : taken.stored) {
    texts.push_back(line.line);
  }
  return texts;
}

constexpr const char* kTwoBehind =
    "entry with timestamp 2023-11-14 21:13:19 +0000 UTC ignored, reason: 'entry too far behind, "
    "entry timestamp is: 2023-11-14T21:13:19Z, oldest acceptable timestamp is: "
    "2023-11-14T21:13:20Z',\n"
    "entry with timestamp 2023-11-14 21:13:18.5 +0000 UTC ignored, reason: 'entry too far behind, "
    "entry timestamp is: 2023-11-14T21:13:18Z, oldest acceptable timestamp is: "
    "2023-11-14T21:13:20Z',\n"
    "user 'fake', total ignored: 2 out of 4 for stream: {a=\"1\"}";

TEST(LokiIngester, NamesTheLinesThatAreTooFarBehindAndStoresTheOthers) {
  LokiIngester ingester("fake");
  const LokiTaken taken = push(ingester,
                               {line("new"),
                                line("old", kNow - 3'601 * kNanosecondsPerSecond),
                                line("older", kNow - 3'601'500'000'000),
                                line("in time", kNow - 3'600 * kNanosecondsPerSecond)},
                               {});
  EXPECT_EQ(taken.status, 400);
  EXPECT_EQ(taken.text, kTwoBehind);
  EXPECT_EQ(stored(taken), (std::vector<std::string>{"new", "in time"}));
  ASSERT_EQ(taken.refused.size(), 2U);
  EXPECT_EQ(taken.refused[0].reason, "too_far_behind");
  EXPECT_EQ(taken.refused[1].line.line, "older");
}

TEST(LokiIngester, NamesTenLinesAndCountsAll) {
  LokiIngester ingester("fake");
  push(ingester, {line("new")}, {});
  const LokiTaken taken = push(ingester, std::vector<LokiLine>(12, line("old", 0)), {});
  std::size_t named = 0;
  for (std::size_t at = 0; (at = taken.text.find("ignored, reason", at)) != std::string::npos;
       ++at) {
    ++named;
  }
  EXPECT_EQ(named, 10U);
  EXPECT_THAT(taken.text, testing::HasSubstr("total ignored: 12 out of 12 for stream"));
}

LokiLimits slow_streams() {
  LokiLimits limits;
  limits.stream_rate = 1'024;
  limits.stream_burst = 2'048;
  return limits;
}

TEST(LokiIngester, RefusesAllThatAPushHoldsOfAStreamAboveItsRate) {
  LokiIngester ingester("fake");
  const std::vector<LokiLine> lines{line("a"), line(std::string(2'048, 'b'))};
  const LokiTaken taken = push(ingester, lines, slow_streams());
  EXPECT_EQ(taken.status, 429);
  EXPECT_TRUE(taken.stored.empty());
  EXPECT_EQ(taken.refused.size(), 2U);
  EXPECT_EQ(taken.text,
            "entry with timestamp 2023-11-14 22:13:20 +0000 UTC ignored, reason: 'Per stream rate "
            "limit exceeded (limit: 1KB/sec) while attempting to ingest for stream '{a=\"1\"}' "
            "totaling 1B, consider splitting a stream via additional labels or contact your Loki "
            "administrator to see if the limit can be increased',\n"
            "entry with timestamp 2023-11-14 22:13:20 +0000 UTC ignored, reason: 'Per stream rate "
            "limit exceeded (limit: 1KB/sec) while attempting to ingest for stream '{a=\"1\"}' "
            "totaling 2KB, consider splitting a stream via additional labels or contact your Loki "
            "administrator to see if the limit can be increased',\n"
            "user 'fake', total ignored: 2 out of 2 for stream: {a=\"1\"}");
  EXPECT_EQ(push(ingester, lines, slow_streams(), kNow + 1'000'000'000'000).status, 429)
      << "a push larger than the burst never passes";
  EXPECT_EQ(push(ingester, {line(std::string(2'048, 'b'))}, slow_streams()).status, 204);
}

TEST(LokiIngester, DoesNotSpeakOfLinesBehindWhenTheRateRefusesTheRest) {
  LokiIngester ingester("fake");
  push(ingester, {line("new")}, {});
  const LokiTaken taken =
      push(ingester, {line("old", 0), line(std::string(4'000, 'x'))}, slow_streams());
  EXPECT_EQ(taken.status, 429);
  EXPECT_EQ(taken.refused.size(), 2U);
  EXPECT_THAT(taken.text, testing::HasSubstr("total ignored: 1 out of 2"));
  EXPECT_THAT(taken.text, testing::Not(testing::HasSubstr("too far behind")));
}

TEST(LokiIngester, RefusesLineByLineWithoutShardedStreams) {
  LokiLimits limits = slow_streams();
  limits.whole_stream = 0;
  LokiIngester ingester("fake");
  const LokiTaken taken =
      push(ingester, {line("a"), line(std::string(2'048, 'b')), line("c")}, limits);
  EXPECT_EQ(taken.status, 429);
  EXPECT_EQ(stored(taken), (std::vector<std::string>{"a", "c"}));
  EXPECT_THAT(taken.text, testing::HasSubstr("total ignored: 1 out of 3"));
}

TEST(LokiIngester, LetsTheLastRefusedLineDecideAboutTheStatus) {
  LokiLimits limits = slow_streams();
  limits.whole_stream = 0;
  LokiIngester ingester("fake");
  const LokiTaken taken =
      push(ingester, {line("a"), line(std::string(3'000, 'b')), line("old", 0)}, limits);
  EXPECT_EQ(taken.status, 400);
  EXPECT_EQ(taken.refused.size(), 2U);
  EXPECT_THAT(taken.text, testing::HasSubstr("Per stream rate limit exceeded"));
}

TEST(LokiIngester, CreatesStreamsUpToTheirNumber) {
  LokiLimits limits;
  limits.max_streams = 1;
  LokiIngester ingester("fake");
  EXPECT_EQ(push(ingester, {line("a")}, limits).status, 204);
  const LokiTaken taken = ingester.push({R"({b="1"})", {line("x"), line("y")}}, limits, kNow);
  EXPECT_EQ(taken.status, 429);
  EXPECT_EQ(taken.text,
            "maximum active stream limit exceeded when trying to create stream {b=\"1\"}, reduce "
            "the number of active streams (reduce labels or reduce label values), or contact your "
            "Loki administrator to see if the limit can be increased, user: 'fake'");
  EXPECT_EQ(taken.refused.size(), 2U);
  ingester.forget_streams();
  EXPECT_EQ(ingester.push({R"({b="1"})", {line("x")}}, limits, kNow).status, 204);
}

TEST(LokiIngester, CreatesNoStreamForALineBeforeTheSchema) {
  LokiLimits limits;
  limits.schema_start_s = 1'700'000'000;
  LokiIngester ingester("fake");
  const LokiTaken taken = push(ingester, {line("a"), line("old", kNow - 500'000'000)}, limits);
  EXPECT_EQ(taken.status, 500);
  EXPECT_EQ(taken.text,
            "rpc error: code = Unknown desc = failed to create stream: no schema config found for "
            "time 1699999999.5");
  EXPECT_EQ(taken.refused.size(), 2U);
  EXPECT_EQ(push(ingester, {line("a")}, limits).status, 204);
  EXPECT_EQ(push(ingester, {line("old", kNow - 500'000'000)}, limits).status, 204);
}

}  // namespace
}  // namespace supercargo::test
