#include "collectors/logs/directory_names.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DirectoryNamesTest : public testing::Test {
 protected:
  DirectoryNamesTest() {
    tree_.file("logs/a.log", "");
    tree_.file("logs/b.log", "");
    tree_.file("logs/b.log.1", "");
    directory_ = *open_at(AT_FDCWD, tree_.path("logs").c_str(), O_RDONLY | O_DIRECTORY);
  }

  std::vector<std::string> read(const std::string& base, bool anew = false) {
    const auto reading = names_.read(directory_.get(), base, anew);
    EXPECT_TRUE(reading);
    return reading ? (*reading)->of(base) : std::vector<std::string>();
  }

  // A later time stamp than any that the directory had.
  void date_directory() {
    const std::array<struct timespec, 2> times{{{0, UTIME_OMIT}, {++seconds_, 0}}};
    ASSERT_EQ(::futimens(directory_.get(), times.data()), 0);
  }

  test::TempTree tree_;
  UniqueFd directory_;
  DirectoryNames names_;
  time_t seconds_ = 4'000'000'000;
};

TEST_F(DirectoryNamesTest, OneReadingServesAllChainsOfADirectory) {
  EXPECT_THAT(read("a.log"), ElementsAre("a.log"));
  EXPECT_THAT(read("b.log"), UnorderedElementsAre("b.log", "b.log.1"));
  EXPECT_EQ(names_.readings(), 1U);
}

TEST_F(DirectoryNamesTest, EachTurnAndEachChangeOfTheDirectoryHasAReading) {
  (void)read("a.log");
  names_.forget();
  (void)read("a.log");
  EXPECT_EQ(names_.readings(), 2U);
  tree_.file("logs/a.log.1", "");
  date_directory();
  EXPECT_THAT(read("a.log"), UnorderedElementsAre("a.log", "a.log.1"));
  EXPECT_EQ(names_.readings(), 3U);
}

TEST_F(DirectoryNamesTest, WhatAReadingLacksIsLookedForAgain) {
  (void)read("a.log");
  date_directory();
  (void)read("a.log");
  ASSERT_EQ(names_.readings(), 2U);
  tree_.file("logs/c.log", "");
  tree_.file("logs/a.log.1", "");
  seconds_ -= 1;
  date_directory();  // the time stamp tells nothing
  EXPECT_THAT(read("a.log"), ElementsAre("a.log"));
  EXPECT_THAT(read("c.log"), ElementsAre("c.log"));
  EXPECT_THAT(read("a.log"), UnorderedElementsAre("a.log", "a.log.1"));
  EXPECT_THAT(read("none.log"), IsEmpty());
}

TEST_F(DirectoryNamesTest, WhoMissesAFileReadsAnew) {
  (void)read("a.log");
  EXPECT_THAT(read("a.log", /*anew=*/true), ElementsAre("a.log"));
  EXPECT_EQ(names_.readings(), 2U);
}

TEST_F(DirectoryNamesTest, WhatIsNoDirectoryIsAnErrorEachTime) {
  const UniqueFd file = *open_at(AT_FDCWD, tree_.path("logs/a.log").c_str(), O_RDONLY);
  EXPECT_FALSE(names_.read(file.get(), "a.log", /*anew=*/false));
  EXPECT_FALSE(names_.read(file.get(), "a.log", /*anew=*/false));
}

}  // namespace
}  // namespace supercargo
