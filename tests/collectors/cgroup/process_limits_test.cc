#include "collectors/cgroup/process_limits.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kHead =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max cpu time              unlimited            unlimited            seconds   \n";

std::optional<std::int64_t> limit_in(std::string_view line) {
  return parse_open_files_limit(std::string(kHead).append(line).append("\n"));
}

TEST(ProcessLimits, HaveTheSoftLimitOfOpenFiles) {
  EXPECT_EQ(limit_in("Max open files            1024                 1048576              files"),
            1024);
  EXPECT_EQ(limit_in("Max open files            unlimited            unlimited            files"),
            -1);
}

TEST(ProcessLimits, WithoutTheLineOrItsNumberSayNothing) {
  EXPECT_FALSE(
      limit_in("Max locked memory         8388608              8388608              bytes"));
  EXPECT_FALSE(
      limit_in("Max open files            many                 1048576              files"));
  EXPECT_FALSE(limit_in("Max open files "));
  EXPECT_FALSE(parse_open_files_limit(""));
}

TEST(ProcessLimits, OfAProcessThatIsGoneAreNotKnown) {
  test::TempTree tree;
  tree.file("7/limits",
            "Max open files            512                  512                  files\n");
  EXPECT_EQ(read_open_files_limit(tree.root().string(), 7), 512);
  EXPECT_FALSE(read_open_files_limit(tree.root().string(), 8));
}

}  // namespace
}  // namespace supercargo
