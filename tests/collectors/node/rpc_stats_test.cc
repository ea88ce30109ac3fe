#include "collectors/node/rpc_stats.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

TEST(ParseRpcStats, TakesTheNumbersOfEachLine) {
  const auto lines = parse_rpc_stats("net 1 2\nth 8 0 0.000 1\nodd x\n\nproc4 0");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].key, "net");
  EXPECT_EQ(lines[0].numbers, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(lines[1].numbers, (std::vector<std::uint64_t>{8, 0}));
  EXPECT_EQ(lines[2].numbers, (std::vector<std::uint64_t>{0}));
}

TEST(AddRpcMethods, StopsAtTheShorterOfNamesAndNumbers) {
  constexpr std::array<MetricDesc, 1> kFamilies{{{"m", "", MetricKind::kCounter}}};
  constexpr std::array<std::string_view, 3> kMethods{"A", "", "C"};
  SampleSet set(kFamilies);
  add_rpc_methods({"proc3", {2, 10, 11}}, "3", kMethods, 0, set);
  add_rpc_methods({"proc4", {4, 20, 21, 22, 23}}, "4", kMethods, 0, set);
  add_rpc_methods({"proc2", {0}}, "2", kMethods, 0, set);
  EXPECT_EQ(test::render_samples(set),
            "m{method=\"A\",proto=\"3\"} 10\n"
            "m{method=\"A\",proto=\"4\"} 20\nm{method=\"C\",proto=\"4\"} 22\n");
}

}  // namespace
}  // namespace supercargo
