#include "collectors/logs/log_file.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class LogFileTest : public testing::Test {
 protected:
  std::shared_ptr<LogFile> open(const std::string& name) {
    auto file = open_log_file(*open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY),
                              LogFormat::kCri,
                              std::make_shared<ContainerInfo>(),
                              false);
    return file ? *file : nullptr;
  }

  test::TempTree tree_;
};

TEST_F(LogFileTest, FollowsSizeAndName) {
  tree_.file("0.log", "12345");
  const auto file = open("0.log");
  EXPECT_EQ(file->size(), 5U);
  EXPECT_FALSE(file->update_size());
  tree_.append("0.log", "678");
  EXPECT_EQ(file->size(), 5U) << "as of the last look";
  EXPECT_TRUE(file->update_size());
  EXPECT_EQ(file->size(), 8U);
  EXPECT_TRUE(file->linked());
  tree_.remove("0.log");
  EXPECT_FALSE(file->update_size());
  EXPECT_FALSE(file->linked());
}

TEST_F(LogFileTest, OnlyRegularFilesAreLogs) {
  tree_.directory("directory");
  EXPECT_EQ(open("directory"), nullptr);
}

TEST_F(LogFileTest, IsFinishedByEachOutputAtTheSmallestOfTheirSizes) {
  tree_.file("0.log", "12345");
  const auto file = open("0.log");
  file->mark_finished(5);
  file->mark_finished(3);
  file->mark_finished(4);
  EXPECT_EQ(file->finished_by(), 3U);
  EXPECT_EQ(file->finished_size(), 3U);
  file->unmark_finished();
  EXPECT_EQ(file->finished_by(), 2U);
}

TEST_F(LogFileTest, StandsSinceItsBirthOrWhereNobodyTellsItSinceItsLastChange) {
  tree_.file("0.log", "1");

  struct stat status {};

  ASSERT_EQ(::stat(tree_.path("0.log").c_str(), &status), 0);
  status.st_ctim = {5, 6};
  const auto made = [&status](std::int64_t birth_ns) {
    return LogFile(std::make_shared<const UniqueFd>(),
                   status,
                   birth_ns,
                   LogFormat::kCri,
                   LogEncoding::kPlain,
                   1,
                   std::make_shared<ContainerInfo>(),
                   /*from_end=*/true)
        .stands_since_ns();
  };
  EXPECT_EQ(made(7), 7);
  EXPECT_EQ(made(0), 5'000'000'006);
}

}  // namespace
}  // namespace supercargo
