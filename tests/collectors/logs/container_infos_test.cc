#include "collectors/logs/container_infos.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ContainerInfos, FilesOfARestartShareTheirDescription) {
  ContainerInfo container;
  container.pod = "web";
  ContainerInfos infos(container);
  const auto first = infos.of(0);
  EXPECT_EQ(infos.of(0), first);
  EXPECT_EQ(first->pod, "web");
  EXPECT_EQ(infos.of(7)->restart, 7U);
  EXPECT_NE(infos.of(7)->key, first->key);
}

TEST(ContainerInfos, ADescriptionThatNobodyHoldsIsMadeAnew) {
  ContainerInfos infos{ContainerInfo{}};
  const std::uint64_t key = infos.of(1)->key;
  EXPECT_NE(infos.of(1)->key, key);
}

}  // namespace
}  // namespace supercargo
