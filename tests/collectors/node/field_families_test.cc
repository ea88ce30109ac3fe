#include "collectors/node/field_families.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(FieldFamilies, NamesFamiliesAfterFieldsAndKeepsThemOnce) {
  FieldFamilies families("node_x_");
  families.add("Zone_a", "help a", MetricKind::kGauge);
  families.add("b", "help b", MetricKind::kUntyped);
  families.add("Zone_a", "other", MetricKind::kCounter);
  ASSERT_EQ(families.families().size(), 2U);
  EXPECT_EQ(families.families()[0].name, "node_x_Zone_a");
  EXPECT_EQ(families.families()[0].help, "help a");
  EXPECT_EQ(families.index("b"), 1U);
  EXPECT_FALSE(families.index("c"));
}

TEST(FieldFamilies, LeavesOutWhatCannotBeInAName) {
  FieldFamilies families("node_x_");
  families.add("", "help", MetricKind::kGauge);
  families.add("a b", "help", MetricKind::kGauge);
  families.add("a\"", "help", MetricKind::kGauge);
  EXPECT_TRUE(families.families().empty());
}

TEST(FieldFamilies, TextsStayWhereTheyAreAsMoreAreAdded) {
  FieldFamilies families("node_x_");
  families.add("first", "help", MetricKind::kGauge);
  const std::string_view name = families.families()[0].name;
  for (int i = 0; i < 1000; ++i) {
    families.add("f" + std::to_string(i), "help", MetricKind::kGauge);
  }
  EXPECT_EQ(families.families()[0].name.data(), name.data());
  EXPECT_EQ(families.index("f999"), 1000U);
}

TEST(FieldFamilies, GivesALateFamilyForAFieldThatCameLater) {
  constexpr std::array<std::string_view, 1> kLabels{"x"};
  FieldFamilies families("p_");
  families.add("a", "help a", MetricKind::kGauge, kLabels);
  EXPECT_EQ(families.families()[0].labels.size(), 1U);
  SampleSet set(families.families());
  EXPECT_EQ(families.index_or_late("a", "", MetricKind::kGauge, set), 0U);
  EXPECT_EQ(families.index_or_late("b", "help b", MetricKind::kCounter, set), 1U);
  EXPECT_EQ(set.late_families()[0].name, "p_b");
  EXPECT_EQ(families.index_or_late("b-c", "", MetricKind::kGauge, set), std::nullopt);
  EXPECT_EQ(families.index_or_late("", "", MetricKind::kGauge, set), std::nullopt);
}

}  // namespace
}  // namespace supercargo
