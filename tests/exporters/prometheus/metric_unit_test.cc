#include "exporters/prometheus/metric_unit.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(MetricUnit, IsTheEndOfTheNameAlsoOfACounter) {
  EXPECT_EQ(unit_of("node_memory_MemFree_bytes"), "bytes");
  EXPECT_EQ(unit_of("node_cpu_seconds_total"), "seconds");
  EXPECT_EQ(unit_of("node_hwmon_temp_celsius"), "celsius");
}

TEST(MetricUnit, IsKnownOfNamesThatOriginalsChoseWithoutOne) {
  EXPECT_EQ(unit_of("container_memory_rss"), "bytes");
  EXPECT_EQ(unit_of("node_sockstat_TCP_mem"), "pages");
}

TEST(MetricUnit, IsNoneWhereThingsAreCounted) {
  EXPECT_EQ(unit_of("node_load1"), "");
  EXPECT_EQ(unit_of("container_oom_events_total"), "");
  EXPECT_EQ(unit_of("up"), "");
}

}  // namespace
}  // namespace supercargo
