#include "agent/pipeline/output_selection.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

OutputSelection selection(std::vector<std::string> taken, std::vector<std::string> excluded) {
  OutputConfig config;
  config.namespaces = std::move(taken);
  config.exclude_namespaces = std::move(excluded);
  return *OutputSelection::create(config);
}

TEST(OutputSelection, IsEverythingByDefault) {
  const OutputSelection all = selection({}, {});
  EXPECT_TRUE(all.everything());
  EXPECT_TRUE(all.wants("shop"));
  EXPECT_TRUE(all.wants(""));
}

TEST(OutputSelection, IsWhatIsNamedWithoutWhatIsExcluded) {
  const OutputSelection some = selection({"shop-*", "till"}, {"shop-old"});
  EXPECT_FALSE(some.everything());
  EXPECT_TRUE(some.wants("shop-new"));
  EXPECT_TRUE(some.wants("till"));
  EXPECT_FALSE(some.wants("shop-old"));
  EXPECT_FALSE(some.wants("kube-system"));
  EXPECT_FALSE(some.wants(""));
}

TEST(OutputSelection, IsAllButWhatIsExcluded) {
  const OutputSelection others = selection({}, {"kube-*"});
  EXPECT_FALSE(others.everything());
  EXPECT_FALSE(others.wants("kube-system"));
  EXPECT_TRUE(others.wants("shop"));
}

TEST(OutputSelection, RefusesBrokenExpressions) {
  OutputConfig config;
  config.exclude_namespaces = {"/(/"};
  EXPECT_FALSE(OutputSelection::create(config));
  config.exclude_namespaces.clear();
  config.namespaces = {"/[/"};
  EXPECT_FALSE(OutputSelection::create(config));
}

}  // namespace
}  // namespace supercargo
