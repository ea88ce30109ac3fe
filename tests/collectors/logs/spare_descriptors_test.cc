#include "collectors/logs/spare_descriptors.h"

#include <gtest/gtest.h>

#include "tests/collectors/logs/few_descriptors.h"

namespace supercargo {
namespace {

using test::FewDescriptors;

bool can_open(std::size_t files) {
  std::vector<UniqueFd> opened;
  while (opened.size() < files) {
    Result<UniqueFd> fd = open_at(AT_FDCWD, "/", O_RDONLY);
    if (!fd) {
      return false;
    }
    opened.push_back(std::move(*fd));
  }
  return true;
}

TEST(SpareDescriptors, AreThereWhenTheProcessHasNoOthers) {
  SpareDescriptors spare;
  EXPECT_TRUE(spare.take());
  const FewDescriptors few(0);
  EXPECT_FALSE(can_open(1));
  EXPECT_TRUE(spare.give_up());
  EXPECT_TRUE(can_open(SpareDescriptors::kMost));
  EXPECT_FALSE(spare.give_up()) << "once";
}

TEST(SpareDescriptors, LeaveSomeToOthers) {
  SpareDescriptors spare;
  {
    const FewDescriptors few(SpareDescriptors::kMost);
    EXPECT_FALSE(spare.take());
    EXPECT_FALSE(spare.taken());
    EXPECT_TRUE(can_open(SpareDescriptors::kMost));
  }
  EXPECT_TRUE(spare.take());
  EXPECT_TRUE(spare.taken());
}

}  // namespace
}  // namespace supercargo
