#include "agent/base/self_metrics.h"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"output", "reason"};
constexpr MetricDesc kDropped{
    "supercargo_test_dropped_total", "Dropped.", MetricKind::kCounter, kLabels};
constexpr MetricDesc kUptime{"supercargo_test_uptime_seconds", "Uptime.", MetricKind::kGauge};

TEST(SelfMetrics, GivesTheSameInstrumentForTheSameLabels) {
  SelfMetrics metrics;
  prometheus::Counter& first = metrics.counter(kDropped, {"loki", "too_old"});
  prometheus::Counter& second = metrics.counter(kDropped, {"loki", "too_old"});
  prometheus::Counter& other = metrics.counter(kDropped, {"graylog", "too_old"});
  EXPECT_EQ(&first, &second);
  EXPECT_NE(&first, &other);
}

TEST(SelfMetrics, KeepsReferencesWhenMoreInstrumentsAreMade) {
  SelfMetrics metrics;
  prometheus::Counter& first = metrics.counter(kDropped, {"a", "b"});
  for (int i = 0; i < 1000; ++i) {
    metrics.counter(kDropped, {std::to_string(i), "b"}).Increment();
  }
  first.Increment(3);
  EXPECT_EQ(metrics.counter(kDropped, {"a", "b"}).Value(), 3);
}

TEST(SelfMetrics, CollectsOneFamilyWithLabelsByName) {
  SelfMetrics metrics;
  metrics.counter(kDropped, {"loki", "too_old"}).Increment(2);
  metrics.counter(kDropped, {"loki", "refused"}).Increment();
  metrics.gauge(kUptime).Set(7);
  const auto families = metrics.collect();
  ASSERT_EQ(families.size(), 2U);
  const auto& dropped = families[0].name == kDropped.name ? families[0] : families[1];
  EXPECT_EQ(dropped.help, "Dropped.");
  EXPECT_EQ(dropped.type, prometheus::MetricType::Counter);
  ASSERT_EQ(dropped.metric.size(), 2U);
  double too_old = 0;
  for (const auto& metric : dropped.metric) {
    ASSERT_EQ(metric.label.size(), 2U);
    EXPECT_EQ(metric.label[0].name, "output");
    EXPECT_EQ(metric.label[0].value, "loki");
    EXPECT_EQ(metric.label[1].name, "reason");
    too_old += metric.label[1].value == "too_old" ? metric.counter.value : 0;
  }
  EXPECT_EQ(too_old, 2);
}

}  // namespace
}  // namespace supercargo
