#include "collectors/node/loadavg.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseLoadavg, ReadsThreeNumbers) {
  EXPECT_EQ(*parse_loadavg("0.44 12.5 0.17 2/156 11352\n"), (LoadAverages{0.44, 12.5, 0.17}));
}

TEST(ParseLoadavg, RefusesAnythingElse) {
  for (const std::string_view text : {"", "0.44 0.33\n", "0.44 x 0.17\n", "nan 1 1", "1 inf 1"}) {
    EXPECT_FALSE(parse_loadavg(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo
