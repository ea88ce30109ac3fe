// A Loki of which a part is away: what belongs there waits, all else goes on. With all parts of the
// agent.

#include <set>

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::LokiNode;
using testing::IsEmpty;

constexpr std::uint64_t kShare = 2;

std::string container(int number) {
  return "shop/web-" + std::to_string(number) + "/app";
}

bool is_away(int number) {
  return test::loki_poisons("{container=\"app\", namespace=\"shop\", node=\"node-1\", pod=\"web-" +
                                std::to_string(number) +
                                "\", service_name=\"app\", stream=\"stdout\"}",
                            kShare);
}

// By the number of the text of `away_answer`.
class LokiScenariosOutages : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr int kContainers = 6;

  void write_everywhere(const std::string& text) {
    for (int i = 0; i < kContainers; ++i) {
      node_.write(container(i), text);
    }
  }

  void set_away(std::uint64_t share) {
    test::LokiLimits limits;
    limits.away_share = share;
    limits.away_answer = GetParam();
    node_.loki().set_limits(limits);
  }

  [[nodiscard]] std::size_t distinct(int number) const {
    const std::vector<std::string> stored = node_.stored(container(number));
    return std::set<std::string>(stored.begin(), stored.end()).size();
  }

  LokiNode node_;
};

TEST_P(LokiScenariosOutages, LinesWhoseIngesterIsAwayWaitAndAllOthersGoOn) {
  constexpr int kLines = 90;
  int away = 0;
  write_everywhere("before");
  EXPECT_TRUE(node_.deliver());
  set_away(kShare);
  for (int number = 0; number < kLines; ++number) {
    write_everywhere(std::to_string(number) + std::string(2'000, 'x'));
    node_.run(seconds(10));
  }
  node_.run(seconds(10));
  for (int i = 0; i < kContainers; ++i) {
    EXPECT_THAT(node_.dropped(container(i)), IsEmpty()) << i;
    EXPECT_EQ(distinct(i), is_away(i) ? 1U : kLines + 1U) << i;
    away += is_away(i) ? 1 : 0;
  }
  EXPECT_GT(away, 0);
  EXPECT_LT(away, kContainers);
  set_away(0);
  EXPECT_TRUE(node_.deliver(minutes(2)));
  for (int i = 0; i < kContainers; ++i) {
    EXPECT_EQ(distinct(i), kLines + 1U) << i;
    EXPECT_EQ(node_.account(container(i)).delivered.lines, kLines + 1U) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Words, LokiScenariosOutages, testing::Values(0, 1, 2));

}  // namespace
}  // namespace supercargo
