#include "exporters/prometheus/selection.h"

#include <gtest/gtest.h>

#include "exporters/prometheus/series_budget.h"

namespace supercargo {
namespace {

using Cause = Selection::Cause;

Selection make(const SelectionOptions& options) {
  auto selection = Selection::create(options);
  EXPECT_TRUE(selection) << selection.error().message;
  return *std::move(selection);
}

TEST(Profiles, EachShowsWhatTheSmallerOnesShow) {
  EXPECT_EQ(profile_of("container_memory_working_set_bytes"), MetricsProfile::kMinimal);
  EXPECT_EQ(profile_of("node_filesystem_avail_bytes"), MetricsProfile::kMinimal);
  EXPECT_EQ(profile_of("container_cpu_cfs_periods_total"), MetricsProfile::kMinimal);
  EXPECT_EQ(profile_of("node_vmstat_oom_kill"), MetricsProfile::kMinimal);
  EXPECT_EQ(profile_of("node_vmstat"), MetricsProfile::kDefault);
  EXPECT_EQ(profile_of("container_a"), MetricsProfile::kDefault);
  EXPECT_EQ(profile_of("container_memory_mapped_file"), MetricsProfile::kDefault);
  EXPECT_EQ(profile_of("node_memory_Active_bytes"), MetricsProfile::kDefault);
  EXPECT_EQ(profile_of("container_hugetlb_failcnt"), MetricsProfile::kFull);
  for (const char* name : {"container_memory_rss", "node_load1"}) {
    EXPECT_TRUE(make({.profile = MetricsProfile::kMinimal}).shows(name));
    EXPECT_TRUE(make({.profile = MetricsProfile::kFull}).shows(name));
  }
  EXPECT_EQ(make({.profile = MetricsProfile::kMinimal}).hides("node_memory_Active_bytes"),
            Cause::kProfile);
  EXPECT_EQ(make({}).hides("container_hugetlb_failcnt"), Cause::kProfile);
  EXPECT_TRUE(make({.profile = MetricsProfile::kFull}).shows("container_hugetlb_failcnt"));
}

TEST(Profiles, HideNoFamilyThatWasAskedForByItself) {
  EXPECT_EQ(profile_of("node_interrupts_total"), MetricsProfile::kFull);
  EXPECT_EQ(profile_of("node_intr_total"), MetricsProfile::kDefault);
  EXPECT_EQ(make({}).hides("node_interrupts_total"), Cause::kProfile);
  const Selection asked =
      make({.profile = MetricsProfile::kMinimal, .asked_families = {"node_interrupts_total"}});
  EXPECT_TRUE(asked.shows("node_interrupts_total"));
  EXPECT_EQ(asked.hides("node_processes_pids"), Cause::kProfile);
}

TEST(Profiles, LeaveTheAgentsOwnAccountAndAUsersFilesAlone) {
  const Selection minimal = make({.profile = MetricsProfile::kMinimal});
  for (const char* name : {"supercargo_log_written_bytes_total",
                           "process_cpu_seconds_total",
                           "my_backup_age_seconds"}) {
    EXPECT_TRUE(minimal.shows(name)) << name;
  }
}

TEST(Selection, MatchesWholeNamesOfFamilies) {
  const Selection some = make({.include_families = {"node_.*", "container_cpu.*"},
                               .exclude_families = {"node_netstat_.*", "node_load"}});
  EXPECT_TRUE(some.shows("node_load1"));
  EXPECT_TRUE(some.shows("container_cpu_usage_seconds_total"));
  EXPECT_EQ(some.hides("container_memory_rss"), Cause::kFamilies);
  EXPECT_EQ(some.hides("node_netstat_Tcp_InSegs"), Cause::kFamilies);
  EXPECT_TRUE(some.shows("supercargo_metrics_left_out_series")) << "tells what is missing";
}

TEST(Selection, NamesThePatternThatIsNone) {
  const auto wrong = Selection::create({.exclude_families = {"node_(.*"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message.substr(0, 26), "metrics.exclude_families: ");
}

TEST(Selection, MatchesWholeValuesOfLabels) {
  const Selection some =
      make({.include_labels = {{"namespace", "shop|web"}},
            .exclude_labels = {{"id", "/system.slice/.*"}, {"pod", "say \"hi\"\n"}}});
  EXPECT_TRUE(some.shows_series(R"(container="c",id="/kubepods",namespace="shop")"));
  EXPECT_FALSE(some.shows_series(R"(namespace="shop2")"));
  EXPECT_TRUE(some.shows_series(R"(id="/",namespace="")")) << "empty is as good as not there";
  EXPECT_TRUE(some.shows_series(R"(cpu="0",mode="idle")"));
  EXPECT_TRUE(some.shows_series(""));
  EXPECT_FALSE(some.shows_series(R"(id="/system.slice/a.service")"));
  EXPECT_TRUE(some.shows_series(R"(note="namespace=\"x\",id=\"/system.slice/a\"")"));
  EXPECT_FALSE(some.shows_series(R"(a="\\",pod="say \"hi\"\n")"));
  EXPECT_FALSE(some.shows_series(R"(_bucket{le="1",namespace="other"})"));
}

TEST(SeriesBudget, LeavesOutWhatIsLeastWantedFirst) {
  SeriesBudget budget;
  const std::vector<SeriesBudget::Family> families{{"supercargo_log_lines_total", 100},
                                                   {"container_memory_rss", 100},
                                                   {"container_memory_mapped_file", 20},
                                                   {"node_memory_Active_bytes", 10},
                                                   {"container_hugetlb_failcnt", 1}};
  const auto gone = [&](std::uint64_t limit) {
    SeriesBudget fresh;
    fresh.decide(families, limit);
    std::string names;
    for (const auto& family : families) {
      names += fresh.leaves_out(family.name) ? "-" : "+";
    }
    return names;
  };
  EXPECT_EQ(gone(0), "+++++");
  EXPECT_EQ(gone(231), "+++++");
  EXPECT_EQ(gone(230), "++-+-") << "what tells that the last one went costs as much as it did";
  EXPECT_EQ(gone(212), "++-+-");
  EXPECT_EQ(gone(211), "++---");
  EXPECT_EQ(gone(203), "++---");
  EXPECT_EQ(gone(202), "+----");
  EXPECT_EQ(gone(103), "-----");
}

TEST(SeriesBudget, LetsAFamilyReturnOnlyWithRoomToSpare) {
  SeriesBudget budget;
  const auto gone_with = [&](std::uint64_t pods) {
    budget.decide({{"container_memory_rss", 50}, {"container_memory_mapped_file", pods}}, 100);
    return budget.leaves_out("container_memory_mapped_file");
  };
  EXPECT_FALSE(gone_with(50));
  EXPECT_TRUE(gone_with(51));
  EXPECT_TRUE(gone_with(50));
  EXPECT_TRUE(gone_with(41));
  EXPECT_FALSE(gone_with(40));
  EXPECT_FALSE(gone_with(50));
}

}  // namespace
}  // namespace supercargo
