#include "agent/http/container_usage.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 3> kFamilies{{
    {"container_cpu_usage_seconds_total", "", MetricKind::kCounter},
    {"container_memory_working_set_bytes", "", MetricKind::kGauge},
    {"container_memory_rss", "", MetricKind::kGauge},
}};

TEST(ContainerUsage, TakesContainersOnly) {
  SampleSet set(kFamilies);
  const auto app = set.add_labels({{"id", "/kubepods/x"},
                                   {"name", "abc"},
                                   {"namespace", "shop"},
                                   {"pod", "web-1"},
                                   {"container", "nginx"}});
  const auto pod =
      set.add_labels({{"name", ""}, {"namespace", "shop"}, {"pod", "web-1"}, {"container", ""}});
  const auto sandbox = set.add_labels(
      {{"name", "def"}, {"namespace", "shop"}, {"pod", "web-1"}, {"container", "POD"}});
  const auto slice = set.add_labels({{"name", ""}, {"pod", ""}, {"container", ""}});
  for (const auto labels : {app, pod, sandbox, slice}) {
    set.add(0, labels, 1.5);
    set.add(1, labels, 4096);
    set.add(2, labels, 1);
  }
  const std::array<const SampleSet*, 1> sets{&set};
  const auto usage = container_usage(sets);
  ASSERT_EQ(usage.size(), 1U);
  EXPECT_EQ(usage.begin()->first, ContainerKey("shop", "web-1", "nginx"));
  EXPECT_EQ(usage.begin()->second.cpu_seconds, 1.5);
  EXPECT_EQ(usage.begin()->second.memory_bytes, 4096);
}

TEST(ContainerUsage, AddsUpContainersOfOneNameButNotSingleCpus) {
  SampleSet set(kFamilies);
  const auto labels = [&](const char* id, const char* cpu) {
    return set.add_labels({{"id", id}, {"pod", "p"}, {"container", "c"}, {"cpu", cpu}});
  };
  set.add(0, labels("old", "total"), 5);
  set.add(0, labels("new", "total"), 1);
  set.add(0, labels("new", "cpu00"), 100);
  const std::array<const SampleSet*, 1> sets{&set};
  EXPECT_EQ(container_usage(sets).at({"", "p", "c"}).cpu_seconds, 6);
}

TEST(ContainerUsage, NamesADockerContainerAsItsRuntimeDoes) {
  SampleSet set(kFamilies);
  set.add(1, set.add_labels({{"name", "redis"}, {"pod", ""}, {"container", ""}}), 1);
  const std::array<const SampleSet*, 1> sets{&set};
  EXPECT_TRUE(container_usage(sets).contains({"", "", "redis"}));
}

std::string pairs(std::string_view block) {
  std::string out;
  const bool good = for_each_label(block, [&](std::string_view name, std::string_view value) {
    out.append(name).append("=").append(value).append(";");
  });
  return good ? out : "bad";
}

TEST(ForEachLabel, ReadsWhatAppendLabelWrites) {
  std::string block;
  append_label(block, "a", "x\"y\\z\nw,=\"");
  append_label(block, "b", "");
  EXPECT_EQ(pairs(block), "a=x\"y\\z\nw,=\";b=;");
  EXPECT_EQ(pairs(""), "");
}

TEST(ForEachLabel, RefusesTheRest) {
  for (const char* block : {"a", "=\"x\"", "a=\"x", "a=\"x\\", "a=\"x\"b=\"y\"", "a=x"}) {
    EXPECT_EQ(pairs(block), "bad") << block;
  }
}

}  // namespace
}  // namespace supercargo
