#include "collectors/node/netclass.h"

#include <gtest/gtest.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

TEST(ParseSysfsNumber, TakesDecimalAndHexadecimal) {
  EXPECT_EQ(parse_sysfs_number("1500"), 1500);
  EXPECT_EQ(parse_sysfs_number("-1"), -1);
  EXPECT_EQ(parse_sysfs_number("0x1003"), 4099);
  EXPECT_FALSE(parse_sysfs_number(""));
  EXPECT_FALSE(parse_sysfs_number("0x"));
  EXPECT_FALSE(parse_sysfs_number("0x-1"));
  EXPECT_FALSE(parse_sysfs_number("12 Mbit"));
}

TEST(NetclassCollector, IsUnavailableWhenSysfsShowsAPodsNamespace) {
  test::HostTree host;
  host.tree.remove("proc/self");
  host.tree.file("proc/self/net/dev",
                 "lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\neth0: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n");
  NetclassCollector collector(host.options());
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(test::render_samples(set), "");
}

TEST(NetclassCollector, ADeviceThatHasJustGoneIsLeftOut) {
  test::HostTree host;
  host.tree.link("sys/class/net/veth1", "../../devices/gone");
  NetclassCollector collector(host.options());
  EXPECT_EQ(test::render_pass(collector).find("veth1"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
