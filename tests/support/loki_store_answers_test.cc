#include <gmock/gmock.h>
#include <snappy.h>

#include "tests/support/loki_push_builder.h"
#include "tests/support/loki_store.h"

namespace supercargo::test {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST(LokiStoreAnswers, TakesNothingOfARequestWithOneSelectorThatIsNone) {
  const PushVerdict verdict = pushed(Push().stream("{a=\"1\"}").line("x").stream("{b}").line("y"));
  EXPECT_EQ(verdict.status, 400);
  EXPECT_TRUE(verdict.stored.empty());
}

TEST(LokiStoreAnswers, CountsErrorsThatAreAlikeAndNamesOneThatStandsAloneBare) {
  const std::string long_line(300'000, 'x');
  EXPECT_EQ(
      pushed(Push().stream("{a=\"1\"}").line(long_line).line(long_line)).text,
      "2 errors like: max entry size '262144' bytes exceeded for stream '{a=\"1\", "
      "service_name=\"unknown_service\"}' while adding an entry with length '300000' bytes\n");
}

TEST(LokiStoreAnswers, SpeaksOfTheIngestersRefusalAlone) {
  LokiStore store({});
  store.push(one("{a=\"1\"}").body(), "fake", kNow);
  const PushVerdict verdict = store.push(Push()
                                             .stream("{a=\"1\"}")
                                             .line("new", kNow + 601 * kSecond)
                                             .line("old", kNow - 3601 * kSecond)
                                             .body(),
                                         "fake",
                                         kNow);
  EXPECT_EQ(verdict.status, 400);
  EXPECT_EQ(verdict.refused.size(), 2U);
  EXPECT_THAT(verdict.text, Not(HasSubstr("too new")));
  EXPECT_THAT(verdict.text, HasSubstr("total ignored: 1 out of 1"));
}

TEST(LokiStoreAnswers, LetsTheLastStreamDecideWhatIsAnswered) {
  LokiLimits limits;
  limits.max_streams = 1;
  LokiStore store(limits);
  store.push(one("{a=\"1\"}").body(), "fake", kNow);
  const std::string body =
      Push().stream("{b=\"1\"}").line("lost").stream("{a=\"1\"}").line("kept").body();
  const PushVerdict verdict = store.push(body, "fake", kNow);
  EXPECT_EQ(verdict.status, 204);
  ASSERT_EQ(verdict.refused.size(), 1U);
  EXPECT_EQ(verdict.refused[0].reason, "stream_limit");
  EXPECT_EQ(store.lost_silently(), 1U);
  limits.max_streams = 2;
  store.set_limits(limits);
  EXPECT_EQ(store.push(body, "fake", kNow).status, 204);
  EXPECT_EQ(store.lost_silently(), 0U) << "it came again, and was stored";
}

TEST(LokiStoreAnswers, SpreadsAStreamOverItsShards) {
  LokiLimits limits;
  limits.shards = 2;
  limits.max_streams = 1;
  LokiStore store(limits);
  const PushVerdict verdict =
      store.push(Push().stream("{a=\"1\"}").line("x").line("y").line("z").body(), "fake", kNow);
  EXPECT_EQ(verdict.status, 429);
  EXPECT_THAT(verdict.text, HasSubstr("create stream {__stream_shard__=\"1\", a=\"1\", "));
  EXPECT_EQ(verdict.stored.size(), 2U);
}

TEST(LokiStoreAnswers, KnowsLinesThatComeAgain) {
  LokiStore store({});
  const std::string body = Push().stream("{a=\"1\"}").line("x").metadata("m", "1").line("y").body();
  EXPECT_EQ(store.push(body, "fake", kNow).repeated, 0U);
  const PushVerdict again = store.push(body, "fake", kNow);
  EXPECT_EQ(again.repeated, 2U);
  EXPECT_EQ(again.stored.size(), 2U);
  EXPECT_EQ(store.push(body, "other", kNow).repeated, 0U);
}

TEST(LokiStoreAnswers, GivesTenantsLimitsOfTheirOwn) {
  LokiLimits limits;
  LokiStore store(limits);
  limits.max_line_bytes = 2;
  store.set_limits("small", limits);
  EXPECT_EQ(store.push(one("{a=\"1\"}", "long").body(), "small", kNow).status, 400);
  EXPECT_EQ(store.push(one("{a=\"1\"}", "long").body(), "fake", kNow).status, 204);
  store.forget_own_limits();
  EXPECT_EQ(store.push(one("{a=\"1\"}", "long").body(), "small", kNow).status, 204);
}

TEST(LokiStoreAnswers, RefusesMetadataWhereItIsDisallowed) {
  LokiLimits limits;
  limits.allow_metadata = 0;
  EXPECT_EQ(pushed(one("{a=\"1\"}"), limits).status, 204);
  EXPECT_EQ(
      pushed(one("{a=\"1\"}").metadata("m", "v"), limits).text,
      "stream '{a=\"1\", service_name=\"unknown_service\"}' includes structured metadata, but "
      "this feature is disallowed. Please see `limits_config.allow_structured_metadata` or "
      "contact your Loki administrator to enable it\n");
}

TEST(LokiStoreAnswers, BlocksATenantUntilATime) {
  LokiLimits limits;
  limits.blocked_until_s = 1'700'000'060;
  const PushVerdict verdict = pushed(one("{a=\"1\"}"), limits);
  EXPECT_EQ(verdict.status, 260);
  EXPECT_EQ(verdict.text,
            "ingestion blocked for user 'fake' until '2023-11-14T22:14:20Z' with status code "
            "'260'\n");
  EXPECT_TRUE(verdict.stored.empty());
  LokiStore store(limits);
  EXPECT_EQ(store.push(one("{a=\"1\"}").body(), "fake", kNow + 60 * kSecond).status, 204);
}

TEST(LokiStoreAnswers, FailAPushForOneLineThatCannotBeStored) {
  LokiLimits limits;
  limits.poison_share = 100;
  Push push;
  push.stream("{a=\"1\"}");
  int bad = 0;
  for (int i = 0; i < 1'000; ++i) {
    push.line(std::to_string(i));
    bad += loki_poisons(std::to_string(i), 100) ? 1 : 0;
  }
  EXPECT_GT(bad, 2);
  EXPECT_LT(bad, 40);
  const PushVerdict verdict = pushed(push, limits);
  EXPECT_EQ(verdict.status, 500);
  EXPECT_TRUE(verdict.stored.empty());
  EXPECT_EQ(verdict.refused.size(), static_cast<std::size_t>(bad));
}

}  // namespace
}  // namespace supercargo::test
