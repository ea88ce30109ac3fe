#include "collectors/logs/deleted_budget.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::uint64_t kSize = 64 << 10;

class DeletedBudgetTest : public testing::Test {
 protected:
  // A deleted file, modified then.
  std::shared_ptr<LogFile> deleted(time_t modified) {
    tree_.file("f", std::string(kSize, 'x'));
    const struct timespec times[2] = {{modified, 0}, {modified, 0}};
    EXPECT_EQ(::utimensat(AT_FDCWD, tree_.path("f").c_str(), times, 0), 0);
    auto file = *open_log_file(*open_at(AT_FDCWD, tree_.path("f").c_str(), O_RDONLY),
                               LogFormat::kCri,
                               std::make_shared<ContainerInfo>(),
                               /*from_end=*/false);
    tree_.remove("f");
    file->update_size();
    file->marks().settled(this, 0);
    return file;
  }

  test::TempTree tree_;
};

TEST_F(DeletedBudgetTest, ReleasesTheOldestFirst) {
  const auto young = deleted(3'000);
  const auto old = deleted(1'000);
  const auto middle = deleted(2'000);
  const DeletedBudget budget(2 * old->disk_bytes(), 100, 1);
  EXPECT_EQ(budget.enforce({young, old, middle}), 3 * old->disk_bytes());
  EXPECT_TRUE(old->released());
  EXPECT_FALSE(middle->released());
  EXPECT_FALSE(young->released());
  EXPECT_EQ(budget.enforce({young, old, middle}), 3 * old->disk_bytes());
  EXPECT_FALSE(middle->released()) << "what was released counts no more";
}

TEST_F(DeletedBudgetTest, ReleasesWhatEveryOutputHasElsewhereBeforeTheOldest) {
  const int other = 0;
  const auto old = deleted(1'000);
  const auto copied = deleted(2'000);
  const auto young = deleted(3'000);
  for (const auto& file : {old, copied, young}) {
    file->marks().settled(&other, 0);
  }
  copied->marks().copied(this, true);
  copied->marks().settled(&other, copied->size());
  young->marks().copied(this, true);  // the other output still needs it
  (void)DeletedBudget(2 * old->disk_bytes(), 100, 2).enforce({old, copied, young});
  EXPECT_TRUE(copied->released());
  EXPECT_FALSE(old->released());
  EXPECT_FALSE(young->released());
}

TEST_F(DeletedBudgetTest, BoundsTheirNumberToo) {
  const auto young = deleted(3'000);
  const auto old = deleted(1'000);
  (void)DeletedBudget(std::uint64_t{1} << 30, 1, 1).enforce({young, old});
  EXPECT_TRUE(old->released());
  EXPECT_FALSE(young->released());
}

TEST_F(DeletedBudgetTest, FilesWithANameTakeNothingOfIt) {
  tree_.file("f", std::string(kSize, 'x'));
  const auto file = *open_log_file(*open_at(AT_FDCWD, tree_.path("f").c_str(), O_RDONLY),
                                   LogFormat::kCri,
                                   std::make_shared<ContainerInfo>(),
                                   /*from_end=*/false);
  EXPECT_EQ(DeletedBudget(0, 0, 1).enforce({file}), 0U);
  EXPECT_FALSE(file->released());
}

}  // namespace
}  // namespace supercargo
