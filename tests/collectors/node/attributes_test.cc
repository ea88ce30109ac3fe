#include "collectors/node/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::ElementsAre;

TEST(ListNames, SortsThemAndTellsOfAMissingDirectory) {
  test::TempTree tree;
  tree.file("class/b", "");
  tree.file("class/a/x", "");
  Result<std::vector<std::string>> names = list_names(tree.path("class"));
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("a", "b"));
  EXPECT_EQ(list_names(tree.path("none")).error().code, ErrorCode::kNotFound);
}

TEST(ListNumbered, TakesThePrefixWithANumberInTheOrderOfTheNumbers) {
  test::TempTree tree;
  for (const char* name : {"cpu10", "cpu9", "cpufreq", "cpu", "cpu1x", "x1"}) {
    tree.file(std::string("cpus/") + name, "");
  }
  EXPECT_THAT(list_numbered(tree.path("cpus"), "cpu"), ElementsAre("cpu9", "cpu10"));
  EXPECT_TRUE(list_numbered(tree.path("none"), "cpu").empty());
}

TEST(AttributeReader, GivesTextsAndNumbersAndNothingForWhatIsMissing) {
  test::TempTree tree;
  tree.file("d/text", " Dell Inc. \n");
  tree.file("d/number", "-12\n");
  tree.file("d/hex", "0x1f\n");
  tree.file("d/empty", "\n");
  AttributeReader reader;
  const std::string directory = tree.path("d");
  EXPECT_EQ(reader.text(directory, "text"), "Dell Inc.");
  EXPECT_EQ(reader.text(directory, "none"), std::nullopt);
  EXPECT_EQ(reader.text_or_empty(directory, "none"), "");
  EXPECT_EQ(reader.number(directory, "number"), -12);
  EXPECT_EQ(reader.number(directory, "hex"), 31);
  EXPECT_EQ(reader.number(directory, "empty"), std::nullopt);
  EXPECT_EQ(reader.number(directory, "text"), std::nullopt);
  EXPECT_EQ(reader.number(directory, "none"), std::nullopt);
}

TEST(AddNumbers, DividesAndLeavesOutWhatIsMissing) {
  test::TempTree tree;
  tree.file("d/a", "1500\n");
  tree.file("d/c", "3\n");
  constexpr std::array<MetricDesc, 4> kFamilies{{{"x", "", MetricKind::kGauge},
                                                 {"a", "", MetricKind::kGauge},
                                                 {"b", "", MetricKind::kGauge},
                                                 {"c", "", MetricKind::kGauge}}};
  constexpr std::array<NumberAttribute, 3> kFiles{{{"a", 1000}, {"b"}, {"c"}}};
  SampleSet set(kFamilies);
  AttributeReader reader;
  add_numbers(reader, tree.path("d"), kFiles, 1, SampleSet::kNoLabels, set);
  EXPECT_EQ(set.samples(1)[0].value, 1.5);
  EXPECT_TRUE(set.samples(2).empty());
  EXPECT_EQ(set.samples(3)[0].value, 3);
}

}  // namespace
}  // namespace supercargo
