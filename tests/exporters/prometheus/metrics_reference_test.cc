#include "exporters/prometheus/metrics_reference.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(MetricsReference, PrintsATableASection) {
  static constexpr std::array<std::string_view, 2> kLabels{"cpu", "mode"};
  const std::array<MetricDesc, 2> families{{
      {"node_cpu_seconds_total", "Time in a|b <mode>.", MetricKind::kCounter, kLabels},
      {"node_load1", "Load.", MetricKind::kGauge, {}, "/proc/loadavg"},
  }};
  const std::array<ReferenceSection, 2> sections{
      {{"cpu", families, "/proc/stat"}, {"empty", {}, ""}}};
  const std::string text = metrics_reference_markdown(sections);
  EXPECT_NE(text.find("## cpu\n\n"
                      "| Name | Type | Labels | Unit | Profile | Meaning | Source |\n"
                      "| --- | --- | --- | --- | --- | --- | --- |\n"
                      "| `node_cpu_seconds_total` | counter | `cpu`, `mode` | seconds | minimal | "
                      "Time in a\\|b \\<mode>. | /proc/stat |\n"
                      "| `node_load1` | gauge |  |  | minimal | Load. | /proc/loadavg |\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("empty"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
