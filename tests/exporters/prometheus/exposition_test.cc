#include "exporters/prometheus/exposition.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace supercargo
