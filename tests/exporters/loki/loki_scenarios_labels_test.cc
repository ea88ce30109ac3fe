// A Loki that takes fewer or shorter labels than an output has: they stand with the lines instead,
// and nothing is lost or there twice. With all parts of the agent.

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::minutes;
using test::LokiLine;
using test::LokiNode;
using test::LokiNodeOptions;
using test::numbered;
using testing::Contains;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* kWeb = "shop/web-5d9c7b9c4-x2x7q/nginx";
constexpr const char* kDb = "shop/db-0/postgres";
constexpr int kLines = 40;

// Every tenth goes to stderr.
void write(LokiNode& node, const std::vector<std::string>& texts) {
  int count = 0;
  for (const std::string& text : texts) {
    node.write(kWeb, text, {}, ++count % 10 == 0 ? "stderr" : "stdout");
    node.write(kDb, text, {}, count % 10 == 5 ? "stderr" : "stdout");
  }
}

std::string value_of(const LokiLine& line, std::string_view name) {
  for (const test::LabelPairs* pairs : {&line.labels, &line.metadata}) {
    for (const auto& [key, value] : *pairs) {
      if (key == name) {
        return value;
      }
    }
  }
  return {};
}

// By pod, whether it stands as a label or with the line.
std::map<std::string, std::multiset<std::string>> by_pod(LokiNode& node) {
  std::map<std::string, std::multiset<std::string>> texts;
  for (const LokiLine& line : node.loki().lines()) {
    texts[value_of(line, "pod")].insert(line.line);
  }
  return texts;
}

std::multiset<std::string> all_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::set<std::string> selectors(LokiNode& node) {
  std::set<std::string> all;
  for (const LokiLine& line : node.loki().lines()) {
    all.insert(line.selector);
  }
  return all;
}

void expect_all_once(LokiNode& node, const std::vector<std::string>& texts) {
  EXPECT_THAT(by_pod(node),
              UnorderedElementsAre(Pair("web-5d9c7b9c4-x2x7q", all_of(texts)),
                                   Pair("db-0", all_of(texts))));
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  EXPECT_THAT(node.dropped(kDb), IsEmpty());
}

test::LokiLimits with_labels(std::uint64_t most) {
  test::LokiLimits limits;
  limits.max_labels = most;
  return limits;
}

struct Limits {
  const char* name;
  std::uint64_t names = 15;
  std::uint64_t name_bytes = 1024;
  std::uint64_t value_bytes = 2048;
  std::uint64_t discover = 1;
};

class LokiScenariosLabels : public testing::TestWithParam<Limits> {
 protected:
  static LokiNodeOptions options() {
    LokiNodeOptions options;
    options.loki.limits.max_labels = GetParam().names;
    options.loki.limits.max_label_name_bytes = GetParam().name_bytes;
    options.loki.limits.max_label_value_bytes = GetParam().value_bytes;
    options.loki.limits.discover_service_name = GetParam().discover;
    return options;
  }
};

TEST_P(LokiScenariosLabels, LoseNothingAndStoreNothingTwice) {
  LokiNode node(options());
  const auto texts = numbered(kLines);
  write(node, texts);
  EXPECT_TRUE(node.deliver());
  expect_all_once(node, texts);
  for (const LokiLine& line : node.loki().lines()) {
    EXPECT_EQ(value_of(line, "namespace"), "shop");
    EXPECT_EQ(value_of(line, "node"), "node-1");
    EXPECT_THAT(value_of(line, "stream"), testing::StartsWith("std"));
  }
  EXPECT_EQ(node.loki().counters().repeated, 0U);
}

TEST_P(LokiScenariosLabels, ComeToTheSameStreamsAfterARestartAndAfterAWhile) {
  LokiNode node(options());
  write(node, numbered(kLines));
  EXPECT_TRUE(node.deliver());
  const auto streams = selectors(node);
  node.restart();
  write(node, numbered(kLines, 10, kLines));
  EXPECT_TRUE(node.deliver());
  node.run(minutes(11));
  write(node, numbered(kLines, 10, 2 * kLines));
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(selectors(node), streams);
  expect_all_once(node, numbered(3 * kLines));
}

TEST_P(LokiScenariosLabels, AreLeftOutWhollyWhereMetadataIsForbidden) {
  LokiNodeOptions without = options();
  without.loki.limits.allow_metadata = 0;
  LokiNode node(without);
  const auto texts = numbered(kLines);
  write(node, texts);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  EXPECT_THAT(node.dropped(kDb), IsEmpty());
  EXPECT_EQ(node.loki().lines().size(), 2 * kLines) << "none is sent again that was stored";
}

INSTANTIATE_TEST_SUITE_P(
    Limits,
    LokiScenariosLabels,
    testing::Values(Limits{.name = "FourNames", .names = 4},
                    Limits{.name = "ThreeNames", .names = 3},
                    Limits{.name = "OneName", .names = 1},
                    Limits{.name = "ShortValues", .value_bytes = 10},
                    Limits{.name = "ShorterValues", .value_bytes = 6},
                    Limits{.name = "ShortNames", .name_bytes = 6, .discover = 0},
                    Limits{.name = "All", .names = 3, .name_bytes = 12, .value_bytes = 7}),
    [](const auto& limits) { return std::string(limits.param.name); });

TEST(LokiScenariosChangedLabels, AreDemotedOnesWhenALimitIsLoweredAndComeBackWhenItIsRaised) {
  LokiNode node;
  write(node, numbered(kLines));
  EXPECT_TRUE(node.deliver());
  node.loki().set_limits(with_labels(2));
  write(node, numbered(kLines, 10, kLines));
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(selectors(node), Contains(R"({namespace="shop",pod="db-0"})"));
  node.loki().set_limits(with_labels(15));
  node.run(minutes(11));
  write(node, numbered(kLines, 10, 2 * kLines));
  EXPECT_TRUE(node.deliver());
  expect_all_once(node, numbered(3 * kLines));
  EXPECT_THAT(selectors(node), SizeIs(4 + 2));
}

// Such a Loki takes nothing from anybody: the name is its own.
TEST(LokiScenariosChangedLabels, ThatNothingCanMendAreDroppedAndCounted) {
  LokiNodeOptions options;
  options.loki.limits.max_label_name_bytes = 6;
  LokiNode node(options);
  write(node, numbered(kLines));
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.dropped(kWeb), UnorderedElementsAre(Pair("labels", kLines)));
  EXPECT_THAT(node.dropped(kDb), UnorderedElementsAre(Pair("labels", kLines)));
}

}  // namespace
}  // namespace supercargo
