#include "agent/base/boot_time.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(BootTime, IsALineOfProcStat) {
  EXPECT_EQ(parse_boot_time("cpu  1 2 3\nintr 5 6\nctxt 9\nbtime 1764000000\nprocesses 3\n"),
            1764000000);
}

TEST(BootTime, IsNothingWhenItsLineIsMissingOrNoNumber) {
  EXPECT_FALSE(parse_boot_time("cpu  1 2 3\n"));
  EXPECT_FALSE(parse_boot_time("btime x\n"));
  EXPECT_FALSE(parse_boot_time(""));
}

}  // namespace
}  // namespace supercargo
