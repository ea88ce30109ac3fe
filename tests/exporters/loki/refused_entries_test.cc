#include "exporters/loki/refused_entries.h"

#include <gmock/gmock.h>

#include "tests/exporters/loki/push_fixture.h"

namespace supercargo {
namespace {

using test::add_stream;
using test::push_of;
using test::SentLine;
using Cause = RefusalCause;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNoon = 1'795'348'800 * kSecond;  // 2026-11-22T12:00:00Z
const std::string kLabels = R"({container="c",pod="p"})";
// As Loki writes it, with the label it adds.
const std::string kTold = R"({container="c", pod="p", service_name="c"})";

SentLine at(std::int64_t time_ns, std::size_t size = 3) {
  return {time_ns, std::string(size, 'x'), {}};
}

// A letter for each entry: . accepted, ? unsure, or the first of its cause's reason.
std::string fates(const std::string& body, const std::vector<LokiRefusal>& refusals) {
  std::string text;
  for (const EntryVerdict& verdict : judge_entries(body, refusals)) {
    text += verdict.fate == EntryFate::kAccepted ? '.'
            : verdict.fate == EntryFate::kUnsure ? '?'
                                                 : refusal_reason(verdict.cause).front();
  }
  return text;
}

std::string fates(const std::string& body, int status, const std::string& answer) {
  return fates(body, parse_loki_refusals(status, answer));
}

std::string too_old(int count, const std::string& second, const std::string& stream = kTold) {
  return std::to_string(count) + " errors like: entry for stream '" + stream +
         "' has timestamp too old: 2026-11-22T" + second +
         "Z, oldest acceptable timestamp is: 2026-11-22T12:00:00Z";
}

std::string too_long(int count, std::size_t size, const std::string& stream = kTold) {
  return std::to_string(count) + " errors like: max entry size '10' bytes exceeded for stream '" +
         stream + "' while adding an entry with length '" + std::to_string(size) + "' bytes";
}

TEST(RefusedEntries, AreNoneOfAPushThatWasAccepted) {
  EXPECT_EQ(fates(push_of(kLabels, {at(1), at(2)}), 204, ""), "..");
  EXPECT_EQ(fates("", 204, ""), "");
}

TEST(RefusedEntries, AreTheOldestOfTheSecondThatTheBoundLiesIn) {
  const std::string body = push_of(kLabels,
                                   {at(kNoon - 5 * kSecond),
                                    at(kNoon + kSecond / 2),
                                    at(kNoon + kSecond / 4),
                                    at(kNoon + 3 * kSecond / 4),
                                    at(kNoon + 9 * kSecond)});
  EXPECT_EQ(fates(body, 400, too_old(1, "11:59:55") + "; " + too_old(2, "12:00:00")), "ttt..");
  EXPECT_EQ(fates(body, 400, too_old(1, "11:59:55") + "; " + too_old(1, "12:00:00")), "t.t..");
  EXPECT_EQ(fates(body, 400, too_old(1, "11:59:55")), "t....");
}

TEST(RefusedEntries, AreUnsureWhereTheAnswerCountsOthers) {
  const std::string body =
      push_of(kLabels, {at(kNoon - 5 * kSecond), at(kNoon - 5 * kSecond), at(kNoon + kSecond)});
  EXPECT_EQ(fates(body, 400, too_old(2, "11:59:55")), "tt.");
  // Fewer than the rule finds, and more.
  EXPECT_EQ(fates(body, 400, too_old(1, "11:59:55")), "t?.");
  EXPECT_EQ(fates(body, 400, too_old(3, "11:59:55")), "tt?");
  EXPECT_EQ(fates(body, 400, too_old(2, "11:59:55") + "; " + too_old(1, "11:59:40")), "tt?");
}

TEST(RefusedEntries, AreTheNewestOfThoseThatAreTooNew) {
  const auto too_new = [](int count, const std::string& second) {
    return std::to_string(count) + " errors like: entry for stream '" + kTold +
           "' has timestamp too new: 2026-11-22T" + second + "Z";
  };
  const std::string body = push_of(
      kLabels, {at(kNoon), at(kNoon + kSecond / 2), at(kNoon + 1), at(kNoon + 7 * kSecond)});
  EXPECT_EQ(fates(body, 400, too_new(1, "12:00:00") + "; " + too_new(1, "12:00:07")), ".t.t");
  EXPECT_EQ(fates(body, 400, too_new(2, "12:00:00") + "; " + too_new(1, "12:00:07")), ".ttt");
  EXPECT_EQ(fates(body, 400, too_new(1, "12:00:00")), ".t.?");
}

TEST(RefusedEntries, AreTheLinesAboveTheLimitInTheStreamThatIsNamed) {
  test::loki::PushRequest request;
  add_stream(request, R"({container="other"})", {at(kNoon, 10)});
  add_stream(request, kLabels, {at(kNoon, 10), at(kNoon, 11), at(kNoon, 12), at(kNoon, 11)});
  const std::string body = request.SerializeAsString();
  EXPECT_EQ(fates(body, 400, too_long(2, 11) + "; " + too_long(1, 12)), "..lll");
  EXPECT_EQ(fates(body, 400, too_long(2, 11)), "..l?l");
}

TEST(RefusedEntries, AreCountedByTheFirstRuleTheyBreak) {
  const std::string body = push_of(kLabels, {at(kNoon - kSecond, 11), at(kNoon + kSecond, 11)});
  EXPECT_EQ(fates(body, 400, too_old(1, "11:59:59") + "; " + too_long(1, 11)), "tl");
}

TEST(RefusedEntries, AreThoseWithMetadata) {
  const std::string stream = "stream '" + kTold + "' ";
  const std::string body = push_of(
      kLabels,
      {{kNoon, "a", {{"k", "v"}}}, {kNoon, "b", {}}, {kNoon, "c", {{"k", "vv"}, {"l", "m"}}}});
  EXPECT_EQ(fates(body,
                  400,
                  "2 errors like: " + stream +
                      "includes structured metadata, but this feature "
                      "is disallowed. Please see"),
            "m.m");
  EXPECT_EQ(
      fates(body, 400, stream + "has structured metadata too large: '5' bytes, limit: '4' by"),
      "..m");
  EXPECT_EQ(fates(body, 400, stream + "has too many structured metadata labels: '2', limit: '1'."),
            "..m");
}

TEST(RefusedEntries, AreAllOfAStreamWithBadLabels) {
  test::loki::PushRequest request;
  add_stream(request, kLabels, {at(1), at(2)});
  add_stream(request, R"({container="d"})", {at(3)});
  EXPECT_EQ(fates(request.SerializeAsString(),
                  400,
                  "entry for stream '" + kTold + "' has 16 label names; limit 15"),
            "ll.");
}

TEST(RefusedEntries, AreUnsureWhenTheAnswerNamesAStreamThatIsNotThere) {
  const std::string body = push_of(kLabels, {at(kNoon, 11), at(kNoon, 3)});
  EXPECT_EQ(fates(body, 400, too_long(1, 11, R"({container="z"})")), "??");
}

TEST(RefusedEntries, AreUnsureBehindTextsThatNobodyKnows) {
  const std::string body = push_of(kLabels, {at(kNoon, 11), at(kNoon, 3)});
  EXPECT_EQ(fates(body, 400, too_long(1, 11) + "; 1 errors like: your line is boring"), "l?");
}

TEST(RefusedEntries, FollowTheRuleAloneWhenTheAnswerIsCut) {
  test::loki::PushRequest request;
  add_stream(request, kLabels, {at(kNoon - 9 * kSecond), at(kNoon - 8 * kSecond)});
  add_stream(request, R"({container="d"})", {at(kNoon - kSecond), at(kNoon), at(kNoon + kSecond)});
  std::vector<LokiRefusal> refusals = parse_loki_refusals(400, too_old(1, "11:59:51"));
  refusals.emplace_back().cause = Cause::kCut;
  EXPECT_EQ(fates(request.SerializeAsString(), refusals), "ttt??");
}

// ---- What ingesters say.

std::string behind(const std::vector<std::string>& seconds, const std::string& sum) {
  std::string text;
  for (const std::string& second : seconds) {
    text += "entry with timestamp 2026-11-22 " + second +
            " +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: 2026-11-22T" +
            second.substr(0, 8) + "Z, oldest acceptable timestamp is: 2026-11-22T12:00:00Z',\n";
  }
  return text + "user 'u', total ignored: " + sum + " for stream: " + kTold;
}

TEST(RefusedEntries, AreThoseThatAnIngesterLists) {
  const std::string body =
      push_of(kLabels, {at(kNoon - 60 * kSecond), at(kNoon + 5), at(kNoon - 7), at(kNoon + 6)});
  EXPECT_EQ(fates(body, 400, behind({"11:59:00", "11:59:59.999999993"}, "2 out of 4")), "t.t.");
}

// Nanoseconds since 1970 in 64 bits end in 1677: no difference overflows.
TEST(RefusedEntries, AreFoundBesideTimesThatNanosecondsDoNotHold) {
  std::string answer = behind({"11:59:00"}, "1 out of 2");
  answer.replace(answer.find("2026-11-22"), 10, "0001-01-01");
  EXPECT_EQ(fates(push_of(kLabels, {at(kNoon), at(kNoon + 1)}), 400, answer), "??");
}

TEST(RefusedEntries, AreAllBehindTheBoundAfterTheList) {
  std::vector<SentLine> lines;
  std::vector<std::string> seconds;
  for (int i = 0; i < 10; ++i) {
    lines.push_back(at(kNoon - (20 - i) * kSecond));
    seconds.push_back("11:59:" + std::to_string(40 + i));
  }
  lines.push_back(at(kNoon - kSecond));
  lines.push_back(at(kNoon - 1));
  lines.push_back(at(kNoon + kSecond));
  const std::string body = push_of(kLabels, lines);
  EXPECT_EQ(fates(body, 400, behind(seconds, "12 out of 13")), "tttttttttttt.");
  // The bound rose, or part of the stream never reached the ingester.
  EXPECT_EQ(fates(body, 400, behind(seconds, "13 out of 13")), "tttttttttttt?");
  EXPECT_EQ(fates(body, 400, behind(seconds, "12 out of 12")), "tttttttttttt?");
}

TEST(RefusedEntries, AreUnsureInStreamsOfWhichAnIngesterSaysNothing) {
  test::loki::PushRequest request;
  add_stream(request, R"({container="d"})", {at(kNoon)});
  add_stream(request, kLabels, {at(kNoon - 60 * kSecond), at(kNoon)});
  EXPECT_EQ(fates(request.SerializeAsString(), 400, behind({"11:59:00"}, "1 out of 2")), "?t.");
}

TEST(RefusedEntries, AreAllOfAStreamAboveItsRateOrBeyondTheLimitOfStreams) {
  test::loki::PushRequest request;
  add_stream(request, kLabels, {at(1), at(2)});
  add_stream(request, R"({container="d"})", {at(3)});
  const std::string both = request.SerializeAsString();
  const std::string rate =
      "entry with timestamp 1970-01-01 00:00:00.000000001 +0000 UTC ignored, reason: 'Per stream "
      "rate limit exceeded (limit: 3MB/sec) while attempting to ingest for stream '" +
      kTold + "' totaling 3B, consider',\nuser 'u', total ignored: 1 out of 2 for stream: " + kTold;
  EXPECT_EQ(fates(both, 429, rate), "ss?");
  EXPECT_EQ(fates(push_of(kLabels, {at(1), at(2)}), 429, rate), "ss");
  const std::string limit =
      "maximum active stream limit exceeded when trying to create stream " + kTold + ", reduce the";
  EXPECT_EQ(fates(both, 429, limit), "ss?");
  EXPECT_EQ(fates(both, 429, "maximum active stream limit exceeded, reduce the number"), "???");
}

TEST(RefusedEntries, WithoutASchemaAreThoseOfTheOldestTime) {
  const std::string body = push_of(kLabels, {at(0), at(kNoon), at(999'999)});
  EXPECT_EQ(fates(body, 500, "no schema config found for time 0"), "n?n");
}

TEST(RefusedEntries, AreAllOfARequestThatWasRefused) {
  const std::string body = push_of(kLabels, {at(1), at(2)});
  EXPECT_EQ(fates(body,
                  429,
                  "ingestion rate limit exceeded for user u (limit: 1 bytes/sec) while attempting"),
            "tt");
  EXPECT_EQ(fates(body, 413, "request body too large: 5 bytes, limit: 4 bytes"), "bb");
}

TEST(RefusedEntries, ThatWereSentAloneAreNeverUnsure) {
  const std::string body = push_of(kLabels, {at(1)});
  EXPECT_EQ(fates(body, 400, "your line is boring"), "r");
  EXPECT_EQ(fates(body, 400, too_long(1, 77)), "l");
  // But of a page of a proxy nothing follows.
  EXPECT_EQ(fates(body, 400, "<html>"), "?");
}

}  // namespace
}  // namespace supercargo
