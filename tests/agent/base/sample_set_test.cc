#include "agent/base/sample_set.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 2> kFamilies{{
    {"test_cpu_seconds_total", "CPU.", MetricKind::kCounter},
    {"test_memory_bytes", "Memory.", MetricKind::kGauge},
}};

std::string label(std::string_view value) {
  std::string out;
  append_label(out, "id", value);
  return out;
}

TEST(AppendLabel, EscapesWhatTheTextFormatsEscape) {
  EXPECT_EQ(label("/kubepods"), R"(id="/kubepods")");
  EXPECT_EQ(label(""), R"(id="")");
  EXPECT_EQ(label("a\"b\\c\n"), R"(id="a\"b\\c\n")");
}

// Prometheus throws a whole scrape away for one byte that is no UTF-8, and a cgroup, a mount point
// or a network device may have any bytes in its name.
TEST(AppendLabel, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(label("/mnt/caf\xC3\xA9"), "id=\"/mnt/caf\xC3\xA9\"");
  EXPECT_EQ(label("/mnt/caf\xE9\"s"), "id=\"/mnt/caf\xEF\xBF\xBD\\\"s\"");
  EXPECT_EQ(label("\xFF"), "id=\"\xEF\xBF\xBD\"");
}

TEST(AppendLabel, PutsACommaBeforeAllButTheFirst) {
  std::string out;
  append_label(out, "a", "1");
  append_label(out, "b", "2");
  EXPECT_EQ(out, R"(a="1",b="2")");
}

TEST(LabelNameOf, KeepsWhatNamesOfLabelsMayHave) {
  EXPECT_EQ(label_name_of("app.kubernetes.io/part-of"), "app_kubernetes_io_part_of");
  EXPECT_EQ(label_name_of("aZ_09"), "aZ_09");
  EXPECT_EQ(label_name_of("\xC3\xA4"), "__");
}

TEST(SampleSet, KeepsSamplesByFamilyInTheirOrder) {
  SampleSet set(kFamilies);
  const SampleSet::LabelBlock a = set.add_labels({{"id", "a"}});
  const SampleSet::LabelBlock b = set.add_labels({{"id", "b"}, {"name", ""}});
  set.add(1, a, 10);
  set.add(0, SampleSet::kNoLabels, 1.5);
  set.add(1, b, 20);
  ASSERT_EQ(set.samples(0).size(), 1U);
  ASSERT_EQ(set.samples(1).size(), 2U);
  EXPECT_EQ(set.samples(0)[0].value, 1.5);
  EXPECT_EQ(set.label_text(set.samples(0)[0].labels), "");
  EXPECT_EQ(set.samples(1)[0].value, 10);
  EXPECT_EQ(set.label_text(set.samples(1)[0].labels), R"(id="a")");
  EXPECT_EQ(set.label_text(set.samples(1)[1].labels), R"(id="b",name="")");
}

TEST(SampleSet, TellsItsFamilies) {
  const SampleSet set(kFamilies);
  ASSERT_EQ(set.families().size(), 2U);
  EXPECT_EQ(set.families()[1].name, "test_memory_bytes");
}

TEST(SampleSet, GivesABlockWithoutTextANumberOfItsOwn) {
  SampleSet set(kFamilies);
  const SampleSet::LabelBlock empty = set.add_labels("");
  const SampleSet::LabelBlock next = set.add_labels(R"(x="1")");
  EXPECT_NE(empty, SampleSet::kNoLabels);
  EXPECT_EQ(set.label_text(empty), "");
  EXPECT_EQ(set.label_text(next), R"(x="1")");
}

TEST(SampleSet, IsEmptyAfterClearAndNumbersBlocksAnew) {
  SampleSet set(kFamilies);
  const SampleSet::LabelBlock before = set.add_labels({{"id", "a"}});
  set.add(0, before, 1);
  set.clear();
  EXPECT_TRUE(set.samples(0).empty());
  const SampleSet::LabelBlock after = set.add_labels({{"id", "z"}});
  EXPECT_EQ(after, before);
  EXPECT_EQ(set.label_text(after), R"(id="z")");
}

TEST(SampleSet, NumbersLateFamiliesAfterThoseOfTheTable) {
  SampleSet set(kFamilies);
  const std::size_t late = set.add_family("backup_seconds", "How long.", MetricKind::kGauge);
  EXPECT_EQ(late, 2U);
  set.add(late, SampleSet::kNoLabels, 7);
  ASSERT_EQ(set.late_families().size(), 1U);
  EXPECT_EQ(set.late_families()[0].name, "backup_seconds");
  EXPECT_EQ(set.late_families()[0].help, "How long.");
  EXPECT_EQ(set.samples(late)[0].value, 7);
  EXPECT_EQ(set.families().size(), 2U);
}

TEST(SampleSet, GivesALateFamilyOneNumberWhateverItsHelp) {
  SampleSet set(kFamilies);
  std::string name = "a";
  const std::size_t first = set.add_family(name, "first", MetricKind::kGauge);
  name = "b";
  const std::size_t other = set.add_family(name, "", MetricKind::kCounter);
  EXPECT_NE(first, other);
  EXPECT_EQ(set.add_family("a", "second", MetricKind::kCounter), first);
  EXPECT_EQ(set.late_families()[0].help, "first");
  EXPECT_EQ(set.late_families()[0].kind, MetricKind::kGauge);
}

TEST(SampleSet, ForgetsLateFamiliesAtClear) {
  SampleSet set(kFamilies);
  set.add(set.add_family("a", "", MetricKind::kGauge), SampleSet::kNoLabels, 1);
  set.clear();
  EXPECT_TRUE(set.late_families().empty());
  const std::size_t again = set.add_family("b", "", MetricKind::kGauge);
  EXPECT_EQ(again, 2U);
  EXPECT_TRUE(set.samples(again).empty());
}

}  // namespace
}  // namespace supercargo
