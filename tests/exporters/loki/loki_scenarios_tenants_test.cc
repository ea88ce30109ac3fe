// Several tenants of one Loki: what one of them may not do holds its own lines alone. With all
// parts of the agent.

#include <set>

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::LokiLimits;
using test::LokiNode;
using test::LokiNodeOptions;
using test::numbered;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

constexpr const char* kShop = "shop/web-1/app";
constexpr const char* kBilling = "billing/web-1/app";

LokiNodeOptions two_tenants() {
  LokiNodeOptions options;
  options.config.tenant = "others";
  options.config.tenants = {{{"shop*"}, "team-shop"}};
  return options;
}

void write_all(LokiNode& node,
               const std::string& container,
               const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    node.write(container, text);
  }
}

TEST(LokiScenariosTenants, LinesGoToTheTenantOfTheirNamespace) {
  LokiNode node(two_tenants());
  write_all(node, kShop, {"a"});
  write_all(node, kBilling, {"b"});
  EXPECT_TRUE(node.deliver());
  std::set<std::pair<std::string, std::string>> tenants;
  for (const test::LokiLine& line : node.loki().lines()) {
    tenants.emplace(line.tenant, line.line);
  }
  EXPECT_THAT(tenants,
              ElementsAre(std::pair<std::string, std::string>("others", "b"),
                          std::pair<std::string, std::string>("team-shop", "a")));
}

TEST(LokiScenariosTenants, OneThatIsForbiddenHoldsItsOwnLinesAlone) {
  for (const std::uint64_t status : {401U, 403U, 404U, 429U, 503U}) {
    LokiNode node(two_tenants());
    LokiLimits limits;
    limits.answer_status = status;
    node.loki().set_limits("team-shop", limits);
    const std::vector<std::string> many = numbered(100);
    for (const std::string& text : many) {
      node.write(kShop, text);
      node.write(kBilling, text);
      node.run(Milliseconds(200));
    }
    node.run(seconds(10));
    EXPECT_THAT(node.stored(kBilling), ElementsAreArray(many)) << status;
    EXPECT_THAT(node.stored(kShop), IsEmpty());
    node.loki().set_limits("team-shop", {});
    EXPECT_TRUE(node.deliver());
    EXPECT_THAT(node.stored(kShop), ElementsAreArray(many));
    EXPECT_THAT(node.dropped(kShop), IsEmpty());
  }
}

TEST(LokiScenariosTenants, OneAboveItsRateDoesNotSlowTheOther) {
  LokiNode node(two_tenants());
  LokiLimits limits;
  limits.ingestion_rate = 5'000;
  limits.ingestion_burst = 40'000;
  node.loki().set_limits("team-shop", limits);
  const std::vector<std::string> many = numbered(2'000, 100);
  write_all(node, kShop, many);
  write_all(node, kBilling, many);
  node.run(seconds(20));
  EXPECT_EQ(node.stored(kBilling).size(), many.size());
  EXPECT_LT(node.stored(kShop).size(), many.size());
  EXPECT_TRUE(node.deliver(minutes(30)));
  const std::vector<std::string> stored = node.stored(kShop);
  EXPECT_EQ(std::set<std::string>(stored.begin(), stored.end()).size(), many.size());
  EXPECT_LT(stored.size(), 2 * many.size()) << "it comes forward, and does not repeat itself";
}

TEST(LokiScenariosTenants, BothStreamsOfAContainerComeForwardAboveTheRate) {
  LokiNode node(two_tenants());
  LokiLimits limits;
  limits.ingestion_rate = 200'000;
  limits.ingestion_burst = 150'000;
  node.loki().set_limits("team-shop", limits);
  const std::vector<std::string> many = numbered(500, 200);
  const auto pod = [](int i) { return "shop/web-" + std::to_string(i) + "/app"; };
  for (std::size_t i = 0; i < many.size(); ++i) {
    for (int number = 0; number < 3; ++number) {
      node.write(pod(number), many[i], {}, i % 4 == 0 ? "stderr" : "stdout");
    }
    node.write(kBilling, many[i]);
  }
  node.run(seconds(10));
  EXPECT_EQ(node.stored(kBilling).size(), many.size());
  EXPECT_TRUE(node.deliver(minutes(3))) << "what waits behind its other stream is not sent again";
  for (int number = 0; number < 3; ++number) {
    const std::vector<std::string> stored = node.stored(pod(number));
    EXPECT_EQ(std::set<std::string>(stored.begin(), stored.end()).size(), many.size());
    EXPECT_LT(stored.size(), 2 * many.size());
  }
}

TEST(LokiScenariosTenants, LimitsOfOneAreNotLearnedForTheOther) {
  LokiNode node(two_tenants());
  LokiLimits limits;
  limits.max_line_bytes = 50;
  limits.allow_metadata = 0;
  node.loki().set_limits("team-shop", limits);
  const std::string text(200, 'y');
  for (int i = 0; i < 3; ++i) {
    node.write(kShop, text);
    node.write(kBilling, text);
    EXPECT_TRUE(node.deliver());
  }
  EXPECT_THAT(node.stored(kBilling), ElementsAre(text, text, text));
  EXPECT_THAT(node.stored(kShop), testing::SizeIs(3));
  EXPECT_THAT(node.stored(kShop), testing::Each(testing::EndsWith("...[cut by supercargo]")));
  for (const test::LokiLine& line : node.loki().lines()) {
    EXPECT_EQ(line.metadata.empty(), line.tenant == "team-shop");
  }
}

}  // namespace
}  // namespace supercargo
