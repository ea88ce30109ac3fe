#include "exporters/loki/loki_refusal.h"

#include <gmock/gmock.h>

#include "exporters/transport/http_types.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kEvening = 1'795'384'800 * kSecond;  // 2026-11-22T22:00:00Z

LokiRefusal only(int status, std::string_view text) {
  const std::vector<LokiRefusal> refusals = parse_loki_refusals(status, text);
  EXPECT_EQ(refusals.size(), 1U) << text;
  return refusals.empty() ? LokiRefusal{} : refusals.front();
}

std::vector<Cause> causes(const std::vector<LokiRefusal>& refusals) {
  std::vector<Cause> found;
  found.reserve(refusals.size());
  for (const LokiRefusal& refusal : refusals) {
    found.push_back(refusal.cause);
  }
  return found;
}

TEST(LokiRefusal, FindsNoneInAnAcceptance) {
  EXPECT_TRUE(parse_loki_refusals(204, "").empty());
  EXPECT_TRUE(parse_loki_refusals(200, "anything").empty());
}

TEST(LokiRefusal, ReadsTimesOfEntriesThatAreTooOldOrTooNew) {
  const LokiRefusal old = only(400,
                               "entry for stream '{container=\"c\", pod=\"p\"}' has timestamp too "
                               "old: 2026-11-15T21:59:58Z, oldest acceptable timestamp is: "
                               "2026-11-15T22:00:00Z\n");
  EXPECT_EQ(old.cause, Cause::kTooOld);
  EXPECT_EQ(old.count, 1U);
  EXPECT_EQ(old.stream, R"({container="c", pod="p"})");
  EXPECT_EQ(old.time_ns, kEvening - (7 * kDay + 2) * kSecond);
  EXPECT_EQ(old.bound_ns, kEvening - 7 * kDay * kSecond);

  const LokiRefusal recent =
      only(400, "entry for stream '{a=\"b\"}' has timestamp too new: 2026-11-22T23:00:00+01:00");
  EXPECT_EQ(recent.cause, Cause::kTooNew);
  EXPECT_EQ(recent.time_ns, kEvening);
}

TEST(LokiRefusal, ReadsSizesOfLinesAndMetadata) {
  const LokiRefusal line = only(400,
                                "max entry size '262144' bytes exceeded for stream '{a=\"b\"}' "
                                "while adding an entry with length '300000' bytes");
  EXPECT_EQ(line.cause, Cause::kLineTooLong);
  EXPECT_EQ(line.limit_bytes, 262'144U);
  EXPECT_EQ(line.size, 300'000U);
  EXPECT_EQ(line.stream, R"({a="b"})");

  const LokiRefusal large =
      only(400,
           "stream '{a=\"b\"}' has structured metadata too large: '70000' bytes, limit: '65536' "
           "bytes. Please see `limits_config.max_structured_metadata_size` or contact your Loki "
           "administrator to increase it");
  EXPECT_EQ(large.cause, Cause::kMetadataTooLarge);
  EXPECT_EQ(large.size, 70'000U);
  EXPECT_EQ(large.limit_bytes, 65'536U);

  const LokiRefusal many =
      only(400,
           "stream '{a=\"b\"}' has too many structured metadata labels: '200', limit: '128'. "
           "Please see `limits_config.max_structured_metadata_entries_count` or contact your Loki "
           "administrator to increase it");
  EXPECT_EQ(many.cause, Cause::kMetadataTooMany);
  EXPECT_EQ(many.size, 200U);
  EXPECT_EQ(many.limit_bytes, 128U);

  EXPECT_EQ(only(400,
                 "stream '{a=\"b\"}' includes structured metadata, but this feature is disallowed. "
                 "Please see `limits_config.allow_structured_metadata` or contact your Loki "
                 "administrator to enable it")
                .cause,
            Cause::kMetadataDisallowed);
}

TEST(LokiRefusal, KnowsRefusalsOfLabels) {
  for (const char* text :
       {"stream '{a=\"b\"}' has duplicate label name: 'a'",
        "error parsing labels '{a=\"b\"}' with error: 1:2: parse error: unexpected \"=\"",
        "missing required labels 'team,env' for user 'fake' for stream '{a=\"b\"}' (policy: '')"}) {
    EXPECT_EQ(only(400, text).cause, Cause::kLabels) << text;
    EXPECT_EQ(only(400, text).stream, R"({a="b"})") << text;
  }
  EXPECT_EQ(only(400, "error at least one label pair is required per stream").cause,
            Cause::kLabels);
  EXPECT_EQ(only(400, "error parsing labels '{a=b' with error: bad").stream, "{a=b");
}

TEST(LokiRefusal, ReadsWhichLimitOfLabelsIsMet) {
  const LokiRefusal many = only(400, "entry for stream '{a=\"b\"}' has 16 label names; limit 15");
  EXPECT_EQ(many.cause, Cause::kLabelCount);
  EXPECT_EQ(many.size, 16U);
  EXPECT_EQ(many.limit_bytes, 15U);
  const LokiRefusal name = only(400, "stream '{aaaa=\"b\"}' has label name too long: 'aaaa'");
  EXPECT_EQ(name.cause, Cause::kLabelName);
  EXPECT_EQ(name.told, "aaaa");
  const LokiRefusal value = only(400, "stream '{a=\"b'b\"}' has label value too long: 'b'b'\n");
  EXPECT_EQ(value.cause, Cause::kLabelValue);
  EXPECT_EQ(value.told, "b'b");
  for (const Cause cause : {many.cause, name.cause, value.cause}) {
    EXPECT_EQ(refusal_reason(cause), "labels");
  }
}

TEST(LokiRefusal, ReadsSeveralOfLabelsInOneAnswer) {
  const auto several =
      parse_loki_refusals(400,
                          "1 errors like: stream '{a=\"b'c\"}' has label value too long: 'b'c'; "
                          "2 errors like: stream '{aaaa=\"1\"}' has label name too long: 'aaaa'\n");
  ASSERT_EQ(several.size(), 2U);
  EXPECT_EQ(several[0].told, "b'c");
  EXPECT_EQ(several[1].told, "aaaa");
  EXPECT_EQ(several[1].count, 2U);
}

TEST(LokiRefusal, ReadsTheRateOfATenant) {
  const LokiRefusal rate = only(
      429,
      "ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec) while attempting to "
      "ingest '1000' lines totaling '5000000' bytes, reduce log volume or contact your Loki "
      "administrator to see if the limit can be increased");
  EXPECT_EQ(rate.cause, Cause::kTenantRate);
  EXPECT_EQ(rate.limit_bytes, 4'194'304U);
  EXPECT_EQ(rate.size, 5'000'000U);
  EXPECT_EQ(only(429,
                 "ingestion rate limit exceeded for user a-b, policy p (limit: 7 bytes/sec) while "
                 "attempting to ingest '1' lines totaling '2' bytes, reduce")
                .limit_bytes,
            7U);
  const LokiRefusal several = only(
      429,
      "ingestion rate limit exceeded for user fake across multiple buckets: the tenant default "
      "(limit: 9 bytes/sec) ingesting 1 lines totaling 10 bytes; policy \"p\" (limit: 7 "
      "bytes/sec) ingesting 2 lines totaling 20 bytes; reduce log volume");
  EXPECT_EQ(several.cause, Cause::kTenantRate);
  EXPECT_EQ(several.limit_bytes, 9U);
}

TEST(LokiRefusal, KnowsTheLimitOfStreams) {
  const LokiRefusal limit =
      only(429,
           "maximum active stream limit exceeded when trying to create stream {a=\"b, reduce\"}, "
           "reduce the number of active streams (reduce labels or reduce label values), or contact "
           "your Loki administrator to see if the limit can be increased, user: 'fake'");
  EXPECT_EQ(limit.cause, Cause::kStreamLimit);
  EXPECT_EQ(limit.stream, R"({a="b, reduce"})");
  EXPECT_EQ(
      only(429, "Maximum active stream limit exceeded, reduce the number of active streams").cause,
      Cause::kStreamLimit);
}

TEST(LokiRefusal, ReadsTheListOfAnIngester) {
  const LokiRefusal rate =
      only(429,
           "entry with timestamp 2026-11-22 22:00:00.000000001 +0000 UTC ignored, reason: 'Per "
           "stream rate limit exceeded (limit: 3MB/sec) while attempting to ingest for stream "
           "'{a=\"b\"}' totaling 12B, consider splitting a stream via additional labels or contact "
           "your Loki administrator to see if the limit can be increased',\n"
           "entry with timestamp 2026-11-22 22:00:01 +0000 UTC ignored, reason: 'Per stream rate "
           "limit exceeded (limit: 3MB/sec) while attempting to ingest for stream '{a=\"b\"}' "
           "totaling 13B, consider splitting a stream via additional labels or contact your Loki "
           "administrator to see if the limit can be increased',\n"
           "user 'fake', total ignored: 2 out of 5 for stream: {a=\"b\"}\n");
  EXPECT_EQ(rate.cause, Cause::kStreamRate);
  EXPECT_EQ(rate.limit_bytes, 3U << 20U);
  EXPECT_EQ(rate.stream, R"({a="b"})");
  EXPECT_EQ(rate.ignored, 2U);
  EXPECT_EQ(rate.total, 5U);
  ASSERT_EQ(rate.listed.size(), 2U);
  EXPECT_EQ(rate.listed[0].time_ns, kEvening + 1);
  EXPECT_EQ(rate.listed[1].cause, Cause::kStreamRate);
}

std::string behind(const std::string& time) {
  return "entry with timestamp " + time +
         " ignored, reason: 'entry too far behind, entry timestamp is: 2026-11-22T20:59:00Z, "
         "oldest "
         "acceptable timestamp is: 2026-11-22T21:00:00Z',\n";
}

TEST(LokiRefusal, ReadsHowFarBehindEntriesAre) {
  const LokiRefusal refusal = only(400,
                                   behind("2026-11-22 20:59:00.5 +0000 UTC") +
                                       "user 'a'b', total ignored: 1 out of 30 for stream: "
                                       "{__stream_shard__=\"1\", a=\"user 'x'\"}");
  EXPECT_EQ(refusal.cause, Cause::kTooFarBehind);
  EXPECT_EQ(refusal.bound_ns, kEvening - 3'600 * kSecond);
  EXPECT_EQ(refusal.stream, R"({__stream_shard__="1", a="user 'x'"})");
  ASSERT_EQ(refusal.listed.size(), 1U);
  EXPECT_EQ(refusal.listed[0].time_ns, kEvening - 3'660 * kSecond + kSecond / 2);
  EXPECT_EQ(refusal.listed[0].bound_ns, kEvening - 3'600 * kSecond);
  EXPECT_EQ(refusal.ignored, 1U);
  EXPECT_EQ(refusal.total, 30U);
}

TEST(LokiRefusal, ReadsAListWithoutItsSum) {
  const LokiRefusal refusal = only(400, behind("2026-11-22 20:59:00 +0000 UTC"));
  EXPECT_EQ(refusal.cause, Cause::kTooFarBehind);
  EXPECT_EQ(refusal.listed.size(), 1U);
  EXPECT_EQ(refusal.total, 0U);
}

TEST(LokiRefusal, TakesTheRateOfAMixedListForItsCause) {
  const LokiRefusal refusal =
      only(429,
           behind("2026-11-22 20:59:00 +0000 UTC") +
               "entry with timestamp 2026-11-22 21:30:00 +0000 UTC ignored, reason: 'Per stream "
               "rate limit exceeded (limit: 64KB/sec) while attempting to ingest for stream "
               "'{a=\"b\"}' totaling 1B, consider',\nuser 'u', total ignored: 2 out of 3 for "
               "stream: {a=\"b\"}");
  EXPECT_EQ(refusal.cause, Cause::kStreamRate);
  EXPECT_EQ(refusal.limit_bytes, 65'536U);
  EXPECT_EQ(refusal.bound_ns, kEvening - 3'600 * kSecond);
  EXPECT_EQ(refusal.listed[0].cause, Cause::kTooFarBehind);
  EXPECT_EQ(refusal.listed[1].cause, Cause::kStreamRate);
}

TEST(LokiRefusal, KnowsOfARateThatAListIsTooShortFor) {
  const LokiRefusal refusal =
      only(429,
           behind("2026-11-22 20:59:00 +0000 UTC") +
               "user 'u', total ignored: 12 out of 30 for stream: {a=\"b\"}");
  EXPECT_EQ(refusal.cause, Cause::kStreamRate);
  EXPECT_EQ(refusal.limit_bytes, 0U);
}

TEST(LokiRefusal, KnowsEntriesOutOfOrder) {
  const LokiRefusal refusal =
      only(400,
           "entry with timestamp 2026-11-22 22:00:00 +0000 UTC ignored, reason: 'entry out of "
           "order',\nuser 'u', total ignored: 1 out of 2 for stream: {a=\"b\"}");
  EXPECT_EQ(refusal.cause, Cause::kOutOfOrder);
  EXPECT_FALSE(refusal.bound_ns);
}

TEST(LokiRefusal, TakesGroupsApart) {
  const std::vector<LokiRefusal> refusals = parse_loki_refusals(
      400,
      "3 errors like: entry for stream '{a=\"b\"}' has timestamp too new: 2026-11-22T22:00:00Z; 12 "
      "errors like: max entry size '10' bytes exceeded for stream '{a=\"c\"}' while adding an "
      "entry with length '11' bytes; 1 errors like: something nobody has seen yet\n");
  EXPECT_EQ(causes(refusals),
            (std::vector<Cause>{Cause::kTooNew, Cause::kLineTooLong, Cause::kUnknown}));
  EXPECT_EQ(refusals[0].count, 3U);
  EXPECT_EQ(refusals[1].count, 12U);
  EXPECT_EQ(refusals[1].stream, R"({a="c"})");
  EXPECT_EQ(refusals[2].count, 1U);
}

TEST(LokiRefusal, IsNotFooledByLabelValues) {
  const std::vector<LokiRefusal> refusals = parse_loki_refusals(
      400,
      R"(2 errors like: entry for stream '{a="x', has '}; 9 errors like: \"\n", b="{"}' has )"
      "timestamp too new: 2026-11-22T22:00:00Z; 1 errors like: entry for stream '{a=\"c\"}' has "
      "timestamp too new: 2026-11-22T22:00:00Z");
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].count, 2U);
  EXPECT_EQ(refusals[0].stream, R"({a="x', has '}; 9 errors like: \"\n", b="{"})");
  EXPECT_EQ(refusals[1].stream, R"({a="c"})");
}

TEST(LokiRefusal, KnowsRequestsThatAreTooLarge) {
  const LokiRefusal body =
      only(413,
           "request body too large: message size too large than max (104857601 "
           "vs 104857600)");
  EXPECT_EQ(body.cause, Cause::kTooLarge);
  EXPECT_EQ(body.size, 104'857'601U);
  EXPECT_EQ(body.limit_bytes, 104'857'600U);
  EXPECT_EQ(only(413, "request body too large: 12 bytes, limit: 10 bytes").limit_bytes, 10U);
  const LokiRefusal message = only(500,
                                   "rpc error: code = ResourceExhausted desc = grpc: received "
                                   "message larger than max (6000000 vs. 4194304)");
  EXPECT_EQ(message.cause, Cause::kTooLarge);
  EXPECT_EQ(message.limit_bytes, 4'194'304U);
}

TEST(LokiRefusal, ReadsTheTimeThatNoSchemaIsFor) {
  const LokiRefusal refusal =
      only(500, "failed to create stream: no schema config found for time 1795384800.25\n");
  EXPECT_EQ(refusal.cause, Cause::kNoSchema);
  EXPECT_EQ(refusal.time_ns, kEvening + kSecond / 4);
  EXPECT_EQ(only(500, "no schema config found for time 0").time_ns, 0);
}

TEST(LokiRefusal, ReadsUntilWhenIngestionIsBlocked) {
  for (const char* text :
       {"ingestion blocked for user 'fake' until '2026-11-22T22:00:00Z' with status code '260'",
        "ingestion blocked for user 'fake' (policy: 'p') until '2026-11-22T22:00:00Z' with status "
        "code '260'"}) {
    EXPECT_EQ(only(260, text).cause, Cause::kBlocked);
    EXPECT_EQ(only(260, text).bound_ns, kEvening);
  }
}

TEST(LokiRefusal, KnowsRequestsThatNobodyCanRead) {
  for (const char* text : {"couldn't parse labels: 1:2: parse error: unexpected \"=\"",
                           "snappy: corrupt input",
                           "proto: wrong wireType = 0 for field Streams",
                           "unexpected EOF"}) {
    EXPECT_EQ(only(400, text).cause, Cause::kUnreadable) << text;
  }
  EXPECT_EQ(only(422, "error at least one valid stream is required for ingestion").cause,
            Cause::kNoStreams);
  EXPECT_EQ(only(401, "no org id").cause, Cause::kTenantId);
  EXPECT_EQ(only(400, "tenant ID 'a b' contains unsupported character ' '").cause,
            Cause::kTenantId);
}

TEST(LokiRefusal, TellsForeignWordsFromUnknownOnes) {
  EXPECT_EQ(only(400, "<html>Bad Request</html>").cause, Cause::kForeign);
  EXPECT_EQ(only(502, "\n<!DOCTYPE html>").cause, Cause::kForeign);
  EXPECT_EQ(only(400, "Client sent an HTTP request to an HTTPS server.\n").cause, Cause::kForeign);
  EXPECT_EQ(only(500, "it does not work").cause, Cause::kUnknown);
  EXPECT_EQ(only(503, "").cause, Cause::kUnknown);
}

TEST(LokiRefusal, TellsThatAnIngesterIsAway) {
  for (const char* text :
       {"at least 1 live replicas required, could only find 0 - unhealthy instances: 10.1.2.3:9095",
        "at least 2 live replicas required across different availability zones, could only find 1",
        "empty ring",
        "partition 3: too many unhealthy instances in the ring",
        "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error\"",
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        "rpc error: code = Unknown desc = Ingester is shutting down",
        "context canceled"}) {
    EXPECT_EQ(only(500, text).cause, Cause::kNoIngester) << text;
  }
  EXPECT_EQ(only(400, "context canceled").cause, Cause::kUnknown);
  EXPECT_EQ(only(500, "rpc error: code = Unknown desc = no schema config found for time 0").cause,
            Cause::kNoSchema);
}

TEST(LokiRefusal, DoesNotTrustTheLastTextOfACutAnswer) {
  std::string text;
  while (text.size() < kMaxAnswerBytes) {
    text +=
        "; 7 errors like: max entry size '10' bytes exceeded for stream '{a=\"c\"}' while adding "
        "an "
        "entry with length '11' bytes";
  }
  text = text.substr(2, kMaxAnswerBytes);
  const std::vector<LokiRefusal> refusals = parse_loki_refusals(400, text);
  ASSERT_GT(refusals.size(), 500U);
  EXPECT_EQ(refusals.back().cause, Cause::kCut);
  for (std::size_t i = 0; i + 1 < refusals.size(); ++i) {
    EXPECT_EQ(refusals[i].cause, Cause::kLineTooLong);
    EXPECT_EQ(refusals[i].count, 7U);
  }
}

TEST(LokiRefusal, HasAReasonForEachCause) {
  EXPECT_EQ(refusal_reason(Cause::kTooOld), "too_old");
  EXPECT_EQ(refusal_reason(Cause::kNoSchema), "no_schema");
  EXPECT_EQ(refusal_reason(Cause::kCut), "answer_cut");
  EXPECT_EQ(refusal_reason(Cause::kUnknown), "refused_unattributed");
}

}  // namespace
}  // namespace supercargo
