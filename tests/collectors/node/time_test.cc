#include "collectors/node/time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

// Not std::time(): it tells the last tick, which may be long ago on a busy virtual machine.
double seconds_now() {
  return static_cast<double>(unix_nanoseconds_now()) / 1e9;
}

TEST(TimeCollector, GivesTheClockAndItsSources) {
  const test::HostTree host;
  TimeCollector collector(host.options().host);
  SampleSet set(collector.families());
  const double before = seconds_now();
  const Status status = collector.collect(set);
  ASSERT_FALSE(status) << "the zone is not the host's";
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_GE(set.samples(0)[0].value, before);
  EXPECT_LE(set.samples(0)[0].value, seconds_now());
  const std::string pass = test::render_samples(set);
  EXPECT_THAT(pass,
              ::testing::EndsWith(
                  "node_time_clocksource_available_info{clocksource=\"tsc\",device=\"0\"} 1\n"
                  "node_time_clocksource_available_info{clocksource=\"kvm-clock\",device=\"0\"} 1\n"
                  "node_time_clocksource_current_info{clocksource=\"tsc\",device=\"0\"} 1\n"));
  EXPECT_THAT(pass, ::testing::Not(::testing::HasSubstr("zone")));  // a container's, not the host's
}

TEST(TimeCollector, OnTheHostItselfTheZoneIsTheHosts) {
  HostPaths host;
  host.sys = "/nowhere";
  TimeCollector collector(host);
  EXPECT_THAT(test::render_pass(collector),
              ::testing::HasSubstr("node_time_zone_offset_seconds{time_zone=\""));
}

}  // namespace
}  // namespace supercargo
