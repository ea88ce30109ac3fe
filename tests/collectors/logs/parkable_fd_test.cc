#include "collectors/logs/parkable_fd.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class ParkableFdTest : public testing::Test {
 protected:
  void SetUp() override {
    host_.root = tree_.root().string();
    tree_.file("d/0.log", "one");
    fd_ = open("0.log", {std::make_shared<HostPaths>(host_), "/d", "0.log"});
  }

  std::unique_ptr<ParkableFd> open(const std::string& name, FilePlace place) {
    UniqueFd fd = *open_at(AT_FDCWD, tree_.path("d/" + name).c_str(), O_RDONLY);

    struct stat status {};

    EXPECT_EQ(::fstat(fd.get(), &status), 0);
    const std::int64_t birth = birth_time(fd.get());
    return std::make_unique<ParkableFd>(
        std::make_shared<const UniqueFd>(std::move(fd)), status, birth, std::move(place));
  }

  std::string read() {
    const auto held = fd_->get();
    std::string text(8, '\0');
    const ssize_t count = held ? ::pread(held->get(), text.data(), text.size(), 0) : 0;
    return text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }

  test::TempTree tree_;
  HostPaths host_;
  std::unique_ptr<ParkableFd> fd_;
};

TEST_F(ParkableFdTest, IsOpenedForEachReadWhileItIsParked) {
  EXPECT_TRUE(fd_->park());
  EXPECT_TRUE(fd_->parked());
  EXPECT_EQ(read(), "one");
  const auto held = fd_->get();
  EXPECT_EQ(fd_->get(), held) << "opened once for all that hold it";
  EXPECT_TRUE(fd_->unpark());
  EXPECT_FALSE(fd_->parked());
  EXPECT_EQ(fd_->get(), held);
}

TEST_F(ParkableFdTest, WhoHoldsItReadsOnWhenItIsDeleted) {
  const auto held = fd_->get();
  EXPECT_TRUE(fd_->park());
  tree_.remove("d/0.log");
  EXPECT_EQ(read(), "one");
}

TEST_F(ParkableFdTest, AFileWithANewNameIsMissingUntilTheNameIsTold) {
  EXPECT_TRUE(fd_->park());
  std::filesystem::rename(tree_.path("d/0.log"), tree_.path("d/0.log.1"));
  EXPECT_FALSE(fd_->get());
  EXPECT_TRUE(fd_->missing());
  tree_.file("d/0.log", "two");
  EXPECT_EQ(read(), "") << "another file has its name";
  EXPECT_FALSE(fd_->unpark());
  fd_->moved_to("0.log.1");
  EXPECT_EQ(read(), "one");
  EXPECT_FALSE(fd_->missing());
}

TEST_F(ParkableFdTest, ADeletedFileIsNotParked) {
  tree_.remove("d/0.log");
  EXPECT_FALSE(fd_->park());
  EXPECT_EQ(read(), "one");
}

TEST_F(ParkableFdTest, AFileWithoutAPlaceIsNotParked) {
  fd_ = open("0.log", {});
  EXPECT_FALSE(fd_->park());
}

}  // namespace
}  // namespace supercargo
