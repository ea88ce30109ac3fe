// Lines that Loki will not take as they are: mended where that is possible, else counted; the
// others are not touched. With all parts of the agent.

#include <set>

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::LokiNode;
using test::LokiNodeOptions;
using test::numbered;
using testing::AnyOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* kWeb = "shop/web-1/app";
constexpr const char* kDb = "shop/db-1/app";

void write_all(LokiNode& node,
               const std::string& container,
               const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    node.write(container, text);
  }
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& lines) {
  std::uint64_t all = 0;
  for (const auto& [reason, count] : lines) {
    all += count;
  }
  return all;
}

std::uint64_t unix_seconds() {
  return static_cast<std::uint64_t>(unix_nanoseconds_now()) / 1'000'000'000;
}

std::uint64_t answers(LokiNode& node, int status) {
  const auto counters = node.loki().counters();
  const auto found = counters.answers.find(status);
  return found == counters.answers.end() ? 0 : found->second;
}

TEST(LokiScenariosLines, LinesThatAreTooOldAreCountedAndNothingIsSentAgain) {
  LokiNode node;
  node.write(kWeb, "good");
  node.write(kWeb, "much too old", hours(24 * 8));
  node.write(kWeb, "good, too");
  node.write(kDb, "of another");
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("good", "good, too"));
  EXPECT_THAT(node.stored(kDb), ElementsAre("of another"));
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("too_old", 1)));
  EXPECT_EQ(node.account(kWeb).dropped.at("too_old").bytes,
            std::string("2023-11-06T22:13:20.000000000Z stdout F much too old\n").size());
  EXPECT_THAT(node.dropped(kDb), IsEmpty());
  EXPECT_EQ(node.loki().counters().repeated, 0U);
}

TEST(LokiScenariosLines, ARefusalThatBreaksOffIsAskedForAgainAndNothingIsGivenUpForIt) {
  LokiNodeOptions options;
  options.loki.limits.max_line_bytes = 100;
  LokiNode node(options);
  test::LokiFault fault;
  fault.answer_bytes = 60;  // within the stream's name
  node.loki().add_fault(fault, 6);
  const std::string line(200, 'x');
  write_all(node, kWeb, {"good", line, "good, too"});
  node.write(kWeb, "much too old", hours(24 * 8));
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("too_old", 1)));
  const std::vector<std::string> stored = node.stored(kWeb);
  EXPECT_THAT(std::set<std::string>(stored.begin(), stored.end()), SizeIs(3));
}

TEST(LokiScenariosLines, LinesThatAreTooNewAreCounted) {
  LokiNode node;
  node.write(kWeb, "from the future", -minutes(30));
  node.write(kWeb, "good");
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("good"));
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("too_new", 1)));
}

TEST(LokiScenariosLines, LinesTooFarBehindTheirStreamAreCountedToTheLine) {
  LokiNode node;
  node.write(kWeb, "new");
  EXPECT_TRUE(node.deliver());
  for (const std::string& text : numbered(25)) {
    node.write(kWeb, text, minutes(90));
  }
  write_all(node, kWeb, {"newer"});
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), UnorderedElementsAre("new", "newer"));
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("too_far_behind", 25)));
}

TEST(LokiScenariosLines, ABadLineOfOneKindDoesNotHideThatOfAnother) {
  LokiNode node;
  node.write(kWeb, "new");
  EXPECT_TRUE(node.deliver());
  node.write(kWeb, "behind", minutes(90));
  node.write(kWeb, "old", hours(24 * 8));
  node.write(kWeb, "from the future", -minutes(30));
  node.write(kWeb, "good");
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), UnorderedElementsAre("new", "good"));
  const auto dropped = node.dropped(kWeb);
  EXPECT_EQ(dropped.at("too_new"), 1U);
  EXPECT_EQ(sum(dropped), 3U) << "what is too old is behind, too: Loki says one of both";
}

TEST(LokiScenariosLines, ALineThatIsTooLongIsCutAndSaysSo) {
  LokiNodeOptions options;
  options.loki.limits.max_line_bytes = 100;
  LokiNode node(options);
  const std::string text(500, 'y');
  node.write(kWeb, "short");
  node.write(kWeb, text);
  node.write(kWeb, "short, too");
  EXPECT_TRUE(node.deliver());
  const std::vector<std::string> stored = node.stored(kWeb);
  ASSERT_THAT(stored, SizeIs(3));
  EXPECT_THAT(stored, testing::Contains("short, too"));
  for (const test::LokiLine& line : node.loki().lines()) {
    if (line.line.starts_with("y")) {
      EXPECT_EQ(line.line, std::string(78, 'y') + "...[cut by supercargo]");
      EXPECT_THAT(line.metadata, testing::Contains(Pair("supercargo_original_bytes", "500")));
    }
  }
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());

  node.write(kWeb, text);
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(answers(node, 400), 1U) << "the limit is known by then";
  EXPECT_THAT(node.stored(kWeb), SizeIs(4));
}

TEST(LokiScenariosLines, MetadataThatIsRefusedIsLeftOutForAWhile) {
  LokiNodeOptions options;
  options.loki.limits.allow_metadata = 0;
  LokiNode node(options);
  write_all(node, kWeb, {"a", "b"});
  EXPECT_TRUE(node.deliver());
  write_all(node, kWeb, {"c"});
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("a", "b", "c"));
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  EXPECT_EQ(answers(node, 400), 1U);
  node.loki().set_limits({});
  node.run(minutes(11));
  write_all(node, kWeb, {"d"});
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.loki().lines().back().metadata, testing::Not(IsEmpty()));
}

TEST(LokiScenariosLines, ARequestThatIsTooLargeIsSplit) {
  LokiNodeOptions options;
  options.loki.limits.max_body_bytes = 4'000;
  LokiNode node(options);
  const std::vector<std::string> many = numbered(300, 100);
  write_all(node, kWeb, many);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAreArray(many));
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
}

TEST(LokiScenariosLines, ALineThatIsLargerThanARequestMayBeIsDroppedAlone) {
  LokiNodeOptions options;
  options.loki.limits.max_body_bytes = 4'000;
  LokiNode node(options);
  write_all(node, kWeb, {"before", std::string(9'000, 'y'), "after"});
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("before", "after"));
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("body_too_large", 1)));
}

TEST(LokiScenariosLines, ALineThatFailsItsPushIsFoundAndTheOthersPass) {
  LokiNodeOptions options;
  options.loki.limits.poison_share = 97;
  LokiNode node(options);
  std::vector<std::string> good;
  std::vector<std::string> bad;
  const std::vector<std::string> many = numbered(400);
  for (const std::string& text : many) {
    (test::loki_poisons(text, 97) ? bad : good).push_back(text);
  }
  ASSERT_THAT(bad, testing::Not(IsEmpty()));
  write_all(node, kWeb, many);
  for (int second = 0; second < 300; ++second) {
    node.write(kDb, "healthy");
    node.run(seconds(1));
  }
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), testing::IsSupersetOf(good));
  EXPECT_THAT(node.dropped(kWeb), ElementsAre(Pair("http_500", bad.size())));
  EXPECT_EQ(node.account(kWeb).delivered.lines, good.size());
}

TEST(LokiScenariosLines, ANewStreamThatBeginsBeforeTheSchemaLosesOnlyThoseLines) {
  LokiNodeOptions options;
  options.loki.limits.schema_start_s = unix_seconds() - 3'600;
  LokiNode node(options);
  node.write(kDb, "healthy");
  EXPECT_TRUE(node.deliver());
  node.write(kWeb, "before", hours(2));
  node.write(kWeb, "after");
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), testing::Contains("after"));
  EXPECT_THAT(node.dropped(kWeb), AnyOf(IsEmpty(), ElementsAre(Pair("no_schema", 1))));
}

}  // namespace
}  // namespace supercargo
