#include "exporters/prometheus/exposition.h"

#include <gtest/gtest.h>

#include "agent/base/self_metrics.h"
#include "tests/exporters/prometheus/fake_collectors.h"

namespace supercargo {
namespace {

std::shared_ptr<CollectorSlot> filled(MetricGroup group,
                                      const char* family,
                                      double value,
                                      CollectorRun::Outcome outcome = CollectorRun::Outcome::kOk) {
  auto collector = std::make_shared<test::FakeCollector>(
      "fake", std::vector<MetricDesc>{{family, "", MetricKind::kGauge}}, [](SampleSet&) -> Status {
        return Ok{};
      });
  auto slot = std::make_shared<CollectorSlot>(group, collector);
  slot->samples.add(0, SampleSet::kNoLabels, value);
  slot->last = CollectorRun{outcome, 0, ""};
  return slot;
}

std::string render(const Exposition& exposition, Endpoint endpoint) {
  std::string out;
  exposition.render(endpoint, ExpositionFormat::kText, {}, out);
  return out;
}

TEST(Exposition, ShowsEachEndpointItsGroup) {
  Exposition exposition(MetricsMode::kAll);
  exposition.add(filled(MetricGroup::kContainer, "c", 1));
  exposition.add(filled(MetricGroup::kNode, "n", 2));
  exposition.add(filled(MetricGroup::kSelf, "s", 3));
  EXPECT_EQ(render(exposition, Endpoint::kCadvisor), "# TYPE c gauge\nc 1\n");
  EXPECT_EQ(render(exposition, Endpoint::kNode), "# TYPE n gauge\nn 2\n");
  EXPECT_EQ(render(exposition, Endpoint::kSelf), "# TYPE s gauge\ns 3\n");
  EXPECT_EQ(render(exposition, Endpoint::kAll),
            "# TYPE c gauge\nc 1\n# TYPE n gauge\nn 2\n# TYPE s gauge\ns 3\n");
}

TEST(Exposition, JoinsFamiliesOfOneName) {
  Exposition exposition(MetricsMode::kAll);
  exposition.add(filled(MetricGroup::kNode, "a", 1));
  exposition.add(filled(MetricGroup::kNode, "b", 2));
  exposition.add(filled(MetricGroup::kNode, "a", 3));
  EXPECT_EQ(render(exposition, Endpoint::kAll), "# TYPE a gauge\na 1\na 3\n# TYPE b gauge\nb 2\n");
}

TEST(Exposition, LeavesOutCollectorsThatAreStuckButKeepsThoseThatFailed) {
  Exposition exposition(MetricsMode::kAll);
  exposition.add(filled(MetricGroup::kNode, "ok", 1));
  exposition.add(filled(MetricGroup::kNode, "part", 2, CollectorRun::Outcome::kFailed));
  exposition.add(filled(MetricGroup::kNode, "some", 3, CollectorRun::Outcome::kUnavailable));
  exposition.add(filled(MetricGroup::kNode, "late", 4, CollectorRun::Outcome::kOverran));
  exposition.add(filled(MetricGroup::kNode, "stuck", 5, CollectorRun::Outcome::kStillStuck));
  EXPECT_EQ(render(exposition, Endpoint::kAll),
            "# TYPE ok gauge\nok 1\n# TYPE part gauge\npart 2\n# TYPE some gauge\nsome 3\n");
}

TEST(Exposition, FiltersFamiliesByMode) {
  const auto node = filled(MetricGroup::kNode, "node_load1", 1);
  const auto own = filled(MetricGroup::kNode, "supercargo_peak", 2);
  const std::string both = "# TYPE node_load1 gauge\nnode_load1 1\n";
  const std::string supercargo = "# TYPE supercargo_peak gauge\nsupercargo_peak 2\n";
  const std::vector<std::pair<MetricsMode, std::string>> expected{
      {MetricsMode::kAll, both + supercargo},
      {MetricsMode::kReplace, both + supercargo},
      {MetricsMode::kComplement, supercargo},
      {MetricsMode::kNone, ""},
  };
  for (const auto& [mode, text] : expected) {
    Exposition exposition(mode);
    exposition.add(node);
    exposition.add(own);
    EXPECT_EQ(render(exposition, Endpoint::kAll), text);
  }
  EXPECT_FALSE(Exposition(MetricsMode::kComplement).shows(*node->collector));
  EXPECT_TRUE(Exposition(MetricsMode::kComplement).shows(*own->collector));
}

TEST(Exposition, FiltersSelfMetricsByModeAndEndpoint) {
  prometheus::MetricFamily family{"process_x", "", prometheus::MetricType::Gauge, {{}}};
  std::string out;
  Exposition(MetricsMode::kAll).render(Endpoint::kSelf, ExpositionFormat::kText, {&family, 1}, out);
  EXPECT_EQ(out, "# TYPE process_x gauge\nprocess_x 0\n");
  out.clear();
  Exposition(MetricsMode::kAll).render(Endpoint::kNode, ExpositionFormat::kText, {&family, 1}, out);
  Exposition(MetricsMode::kComplement)
      .render(Endpoint::kSelf, ExpositionFormat::kText, {&family, 1}, out);
  EXPECT_EQ(out, "");
}

TEST(ParseMetricsMode, KnowsFourNames) {
  EXPECT_EQ(parse_metrics_mode("all"), MetricsMode::kAll);
  EXPECT_EQ(parse_metrics_mode("replace"), MetricsMode::kReplace);
  EXPECT_EQ(parse_metrics_mode("complement"), MetricsMode::kComplement);
  EXPECT_EQ(parse_metrics_mode("none"), MetricsMode::kNone);
  EXPECT_EQ(parse_metrics_mode("some"), std::nullopt);
}

std::shared_ptr<CollectorSlot> with_late(std::string_view late, MetricGroup group) {
  auto slot = filled(group, late == "x_seconds" ? "a" : "b", 1);
  const std::size_t family = slot->samples.add_family(late, "Late.", MetricKind::kGauge);
  slot->samples.add(family, SampleSet::kNoLabels, 2);
  return slot;
}

TEST(Exposition, ShowsLateFamiliesAfterThoseOfTheTables) {
  Exposition exposition(MetricsMode::kAll);
  exposition.add(with_late("x_seconds", MetricGroup::kNode));
  exposition.add(filled(MetricGroup::kContainer, "c", 3));
  const std::string late = "# HELP x_seconds Late.\n# TYPE x_seconds gauge\nx_seconds 2\n";
  EXPECT_EQ(render(exposition, Endpoint::kAll),
            "# TYPE a gauge\na 1\n# TYPE c gauge\nc 3\n" + late);
  EXPECT_EQ(render(exposition, Endpoint::kNode), "# TYPE a gauge\na 1\n" + late);
  EXPECT_EQ(render(exposition, Endpoint::kCadvisor), "# TYPE c gauge\nc 3\n");
}

TEST(Exposition, LeavesOutLateFamiliesWhoseNameIsTaken) {
  for (const std::string_view taken : {"b", "c", "x_seconds", "supercargo_x"}) {
    Exposition exposition(MetricsMode::kAll);
    const auto first = with_late("x_seconds", MetricGroup::kNode);
    const auto second = with_late(taken, MetricGroup::kNode);
    exposition.add(first);
    exposition.add(second);
    exposition.add(filled(MetricGroup::kContainer, "c", 3));
    EXPECT_EQ(exposition.left_out(*first), 0U);
    EXPECT_EQ(exposition.left_out(*second), 1U) << taken;
    EXPECT_EQ(render(exposition, Endpoint::kAll).find(" 2\n"),
              render(exposition, Endpoint::kAll).rfind(" 2\n"))
        << taken;
  }
}

TEST(Exposition, HidesLateFamiliesThatTheModeHides) {
  Exposition exposition(MetricsMode::kComplement);
  exposition.add(with_late("x_seconds", MetricGroup::kNode));
  EXPECT_EQ(render(exposition, Endpoint::kAll), "");
}

// Two families of one pod each in two namespaces.
std::shared_ptr<CollectorSlot> two_namespaces() {
  auto collector = std::make_shared<test::FakeCollector>(
      "fake",
      std::vector<MetricDesc>{{"container_memory_rss", "", MetricKind::kGauge},
                              {"container_memory_mapped_file", "", MetricKind::kGauge}},
      [](SampleSet&) -> Status { return Ok{}; });
  auto slot = std::make_shared<CollectorSlot>(MetricGroup::kContainer, collector);
  for (const char* name : {"shop", "web"}) {
    const auto labels = slot->samples.add_labels({{"namespace", name}});
    slot->samples.add(0, labels, 1);
    slot->samples.add(1, labels, 2);
  }
  slot->last = CollectorRun{};
  return slot;
}

std::string left_out(const Exposition& exposition) {
  std::string text;
  for (const LeftOutSeries& one : exposition.left_out_series()) {
    text.append(cause_name(one.cause)).append(" ").append(one.family).append(" ");
    text.append(std::to_string(one.series)).append("\n");
  }
  return text;
}

Exposition planned(const SelectionOptions& options) {
  Exposition exposition(*Selection::create(options));
  exposition.add(two_namespaces());
  exposition.plan({});
  return exposition;
}

TEST(Exposition, LeavesSeriesOutByLabelAndSaysSo) {
  const Exposition exposition = planned({.exclude_labels = {{"namespace", "web"}}});
  EXPECT_EQ(render(exposition, Endpoint::kAll),
            "# TYPE container_memory_rss gauge\ncontainer_memory_rss{namespace=\"shop\"} 1\n"
            "# TYPE container_memory_mapped_file gauge\n"
            "container_memory_mapped_file{namespace=\"shop\"} 2\n");
  EXPECT_EQ(left_out(exposition),
            "labels container_memory_mapped_file 1\nlabels container_memory_rss 1\n");
  EXPECT_EQ(exposition.series(), 2U);
}

TEST(Exposition, LeavesNoTraceOfAFamilyWithoutSeries) {
  EXPECT_EQ(render(planned({.include_labels = {{"namespace", "other"}}}), Endpoint::kAll), "");
}

TEST(Exposition, LeavesWholeFamiliesOutAboveTheLimitAndSaysSo) {
  const Exposition exposition = planned({.max_series = 3});
  EXPECT_EQ(render(exposition, Endpoint::kAll),
            "# TYPE container_memory_rss gauge\ncontainer_memory_rss{namespace=\"shop\"} 1\n"
            "container_memory_rss{namespace=\"web\"} 1\n");
  EXPECT_EQ(left_out(exposition), "max_series container_memory_mapped_file 2\n");
  EXPECT_EQ(exposition.series(), 2U);
}

TEST(Exposition, HoldsTheLimitWithWhatTellsOfIt) {
  const auto planned_beside = [](std::uint64_t reported) {
    Exposition exposition(*Selection::create({.max_series = 6}));
    exposition.add(two_namespaces());
    exposition.plan({}, reported);
    return left_out(exposition);
  };
  EXPECT_EQ(planned_beside(2), "");
  EXPECT_EQ(planned_beside(3), "max_series container_memory_mapped_file 2\n");
  EXPECT_EQ(planned_beside(4),
            "max_series container_memory_mapped_file 2\nmax_series container_memory_rss 2\n");
}

TEST(Exposition, FamiliesOfASingleSeriesShareOneThatTellsOfThem) {
  SelfMetrics self;
  for (const char* name : {"supercargo_a", "supercargo_b", "supercargo_c"}) {
    self.gauge({name, "", MetricKind::kGauge}).Set(1);
  }
  Exposition exposition(*Selection::create({.max_series = 2}));
  exposition.plan(self.collect());
  EXPECT_EQ(exposition.series(), 1U);
  EXPECT_EQ(left_out(exposition), "max_series  2\n");
}

TEST(Exposition, CountsWhatProfileAndPatternsHide) {
  EXPECT_EQ(left_out(planned({.profile = MetricsProfile::kMinimal})), "profile  2\n");
  EXPECT_EQ(left_out(planned({.exclude_families = {".*_rss"}})),
            "families container_memory_rss 2\n");
}

TEST(Exposition, HoldsTheLimitWithTheAgentsOwnMetricsToo) {
  SelfMetrics self;
  self.gauge({"supercargo_open_files", "Open.", MetricKind::kGauge}).Set(3);
  Exposition exposition(*Selection::create({.max_series = 4}));
  exposition.add(two_namespaces());
  exposition.plan(self.collect());
  EXPECT_EQ(exposition.series(), 3U);
  EXPECT_EQ(left_out(exposition), "max_series container_memory_mapped_file 2\n");
}

}  // namespace
}  // namespace supercargo
