#include "collectors/node/uname.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

TEST(UnameCollector, GivesTheNamesOfTheCall) {
  const test::HostTree host;

  struct utsname names {};

  ASSERT_EQ(::uname(&names), 0);
  UnameCollector collector(host.options().host);
  const std::string pass = test::render_pass(collector);
  EXPECT_THAT(pass, ::testing::StartsWith("node_uname_info{domainname=\""));
  EXPECT_THAT(pass,
              ::testing::HasSubstr(std::string("nodename=\"") + names.nodename + "\",release=\"" +
                                   names.release + "\",sysname=\"Linux\",version=\""));
}

TEST(UnameCollector, IsUnavailableUnderAPodsOwnName) {
  test::HostTree host;
  host.tree.remove("proc/self");
  host.tree.link("proc/self/ns/uts", "uts:[4026532999]");
  UnameCollector collector(host.options().host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(test::render_samples(set), "");
}

}  // namespace
}  // namespace supercargo
