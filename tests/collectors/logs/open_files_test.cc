#include "collectors/logs/open_files.h"

#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;

class OpenFilesTest : public testing::Test {
 protected:
  void SetUp() override { host_.root = tree_.root().string(); }

  // Made in this order, each a second younger than the one before.
  std::shared_ptr<LogFile> add(const std::string& name, bool current, bool read) {
    tree_.file("d/" + name, "text");
    const struct timespec times[2] = {{++second_, 0}, {second_, 0}};
    EXPECT_EQ(::utimensat(AT_FDCWD, tree_.path("d/" + name).c_str(), times, 0), 0);
    open_files_.make_room();
    auto file = *open_log_file(*open_at(AT_FDCWD, tree_.path("d/" + name).c_str(), O_RDONLY),
                               LogFormat::kCri,
                               std::make_shared<ContainerInfo>(),
                               /*from_end=*/false,
                               LogEncoding::kPlain,
                               {std::make_shared<HostPaths>(host_), "/d", name});
    file->set_current(current);
    file->marks().settled(this, read ? file->size() : 0);
    open_files_.add(file);
    held_.push_back(file);
    names_.push_back(name);
    return file;
  }

  std::vector<std::string> parked() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (held_[i]->descriptor().parked()) {
        names.push_back(names_[i]);
      }
    }
    return names;
  }

  test::TempTree tree_;
  HostPaths host_;
  OpenFiles open_files_{8, 1};
  time_t second_ = 1'000;
  std::vector<std::shared_ptr<LogFile>> held_;
  std::vector<std::string> names_;
};

TEST_F(OpenFilesTest, AboveTheBoundParksWhatWouldBeMissedLeast) {
  add("rotated", /*current=*/false, /*read=*/false);
  add("read-old", true, true);
  add("unread", true, false);
  add("read-young", true, true);
  for (const char* name : {"a", "b", "c", "d"}) {
    add(name, true, false);
  }
  EXPECT_THAT(parked(), ElementsAre());
  add("e", true, false);
  EXPECT_THAT(parked(), ElementsAre("read-old"));
  add("f", true, false);
  EXPECT_THAT(parked(), ElementsAre("read-old", "read-young"));
  add("g", true, false);
  EXPECT_THAT(parked(), ElementsAre("read-old", "unread", "read-young"));
  for (const char* name : {"h", "i", "j", "k", "l", "m"}) {
    add(name, true, false);
  }
  EXPECT_FALSE(held_[0]->descriptor().parked()) << "the next to be deleted";
  EXPECT_EQ(open_files_.open(), 8U);
  EXPECT_EQ(open_files_.parked(), held_.size() - 8);
}

TEST_F(OpenFilesTest, DeletedFilesAreNeverParked) {
  for (int i = 0; i < 8; ++i) {
    const auto file = add("deleted" + std::to_string(i), false, true);
    tree_.remove("d/deleted" + std::to_string(i));
    file->update_size();
  }
  add("one-more", true, false);
  EXPECT_EQ(open_files_.open(), 9U) << "nothing is lost for the bound's sake";
}

TEST_F(OpenFilesTest, AParkedFileThatGrowsTakesThePlaceOfOneThatIsRead) {
  for (int i = 0; i < 9; ++i) {
    add("f" + std::to_string(i), true, true);
  }
  EXPECT_THAT(parked(), ElementsAre("f0"));
  tree_.append("d/f0", "more");
  held_[0]->update_size();
  open_files_.balance();
  EXPECT_THAT(parked(), ElementsAre("f1"));
  EXPECT_LE(open_files_.open(), 8U);
}

TEST_F(OpenFilesTest, AFileThatNobodyHoldsIsForgotten) {
  for (int i = 0; i < 8; ++i) {
    add("f" + std::to_string(i), true, true);
  }
  held_.clear();
  EXPECT_EQ(open_files_.open(), 0U);
  EXPECT_EQ(open_files_.parked(), 0U);
}

TEST_F(OpenFilesTest, WithoutDescriptorsTheBoundIsLower) {
  for (int i = 0; i < 8; ++i) {
    add("f" + std::to_string(i), true, i < 4);
  }
  open_files_.out_of_descriptors();
  EXPECT_EQ(open_files_.bound(), 7U);
  EXPECT_THAT(parked(), ElementsAre("f0"));
  open_files_.out_of_descriptors();
  EXPECT_LT(open_files_.open(), 8U);
}

TEST_F(OpenFilesTest, WhenThereAreDescriptorsAgainCurrentFilesAreOpenAgain) {
  for (int i = 0; i < 6; ++i) {
    add("f" + std::to_string(i), /*current=*/true, /*read=*/true);
  }
  add("rotated-1", false, true);
  add("rotated-2", false, true);
  for (int i = 0; i < 3; ++i) {
    open_files_.out_of_descriptors();
    held_[0]->descriptor().park();
  }
  EXPECT_THAT(parked(), ElementsAre("f0", "rotated-1"));
  open_files_.had_descriptors();
  EXPECT_EQ(open_files_.bound(), 8U);
  open_files_.balance();
  EXPECT_THAT(parked(), ElementsAre("rotated-1"));
}

TEST_F(OpenFilesTest, TheFirstShortageTakesSpareDescriptorsAndParksNothing) {
  for (int i = 0; i < 8; ++i) {
    add("f" + std::to_string(i), true, i < 4);
  }
  open_files_.had_descriptors();
  open_files_.out_of_descriptors();
  EXPECT_THAT(parked(), ElementsAre());
  EXPECT_EQ(open_files_.bound(), 8U);
  open_files_.out_of_descriptors();
  EXPECT_EQ(open_files_.bound(), 7U);
  open_files_.had_descriptors();
  EXPECT_TRUE(open_files_.free_spare());
  open_files_.out_of_descriptors();
  EXPECT_EQ(open_files_.bound(), 8U) << "they were given up during the look";
}

TEST_F(OpenFilesTest, UnreadFilesAreParkedOnlyInAShortageThatLasts) {
  for (int i = 0; i < 8; ++i) {
    add("f" + std::to_string(i), true, false);
  }
  for (int i = 0; i < 5; ++i) {
    open_files_.out_of_descriptors();
  }
  EXPECT_THAT(parked(), ElementsAre());
  open_files_.out_of_descriptors();
  EXPECT_FALSE(parked().empty());
}

TEST_F(OpenFilesTest, TheOldestRotatedFileThatIsUnreadIsOpenedFirst) {
  add("current", true, false);
  add("old", false, false);
  add("young", false, false);
  for (const auto& file : held_) {
    ASSERT_TRUE(file->descriptor().park());
  }
  for (int i = 0; i < 7; ++i) {  // they take all descriptors but one
    const std::string name = "deleted" + std::to_string(i);
    add(name, true, false);
    tree_.remove("d/" + name);
    held_.back()->update_size();
  }
  open_files_.balance();
  EXPECT_THAT(parked(), ElementsAre("current", "young"));
}

TEST_F(OpenFilesTest, AfterTriesThatFailMoreIsTriedLater) {
  for (int i = 0; i < 8; ++i) {
    add("f" + std::to_string(i), true, false);
  }
  open_files_.out_of_descriptors();
  open_files_.had_descriptors();
  EXPECT_EQ(open_files_.bound(), 8U);
  open_files_.out_of_descriptors();
  const std::size_t bound = open_files_.bound();
  open_files_.had_descriptors();
  EXPECT_EQ(open_files_.bound(), bound);
  open_files_.had_descriptors();
  EXPECT_EQ(open_files_.bound(), 8U);
}

TEST_F(OpenFilesTest, TellsWhenAMissingFileIsBack) {
  const auto file = add("a", true, false);
  ASSERT_TRUE(file->descriptor().park());
  std::filesystem::rename(tree_.path("d/a"), tree_.path("d/b"));
  EXPECT_FALSE(file->hold());
  EXPECT_FALSE(open_files_.found_missing());
  file->descriptor().moved_to("b");
  EXPECT_TRUE(open_files_.found_missing());
  EXPECT_FALSE(open_files_.found_missing()) << "once";
}

}  // namespace
}  // namespace supercargo
