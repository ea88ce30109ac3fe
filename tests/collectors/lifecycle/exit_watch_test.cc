#include "collectors/lifecycle/exit_watch.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/ending_process.h"

namespace supercargo {
namespace {

using test::EndingProcess;
using Cgroups = std::vector<std::string>;

Cgroups drained(ExitWatch& watch) {
  Cgroups ended;
  watch.drain([&](const std::string& cgroup) { ended.push_back(cgroup); });
  return ended;
}

TEST(ExitWatch, TellsOfAnEndedProcessOnce) {
  ExitWatch watch;
  const EndingProcess one;
  const EndingProcess two;
  ASSERT_TRUE(watch.watch("/one", one.id()));
  ASSERT_TRUE(watch.watch("/two", two.id()));
  EXPECT_EQ(drained(watch), Cgroups{});
  two.end();
  EXPECT_EQ(drained(watch), Cgroups{"/two"});
  EXPECT_EQ(drained(watch), Cgroups{});
  one.end();
  EXPECT_EQ(drained(watch), Cgroups{"/one"});
}

TEST(ExitWatch, TellsNothingOfWhatIsForgottenOrReplaced) {
  ExitWatch watch;
  const EndingProcess one;
  const EndingProcess two;
  ASSERT_TRUE(watch.watch("/a", one.id()));
  ASSERT_TRUE(watch.watch("/a", two.id()));
  one.end();
  EXPECT_EQ(drained(watch), Cgroups{});
  watch.forget("/a");
  two.end();
  EXPECT_EQ(drained(watch), Cgroups{});
}

TEST(ExitWatch, WatchesNoProcessThatIsNotThere) {
  ExitWatch watch;
  EXPECT_FALSE(watch.watch("/a", 0));
  EXPECT_FALSE(watch.watch("/a", 0x7fffffff));
}

TEST(ExitWatch, HandsOutMoreThanFitIntoOneAnswerOfTheKernel) {
  ExitWatch watch;
  const EndingProcess process;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(watch.watch("/" + std::to_string(i), process.id()));
  }
  process.end();
  EXPECT_EQ(drained(watch).size(), 100U);
}

}  // namespace
}  // namespace supercargo
