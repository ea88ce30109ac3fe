#include "collectors/node/os.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

HostPaths host_of(const test::TempTree& tree) {
  HostPaths host;
  host.root = tree.root().string();
  return host;
}

TEST(OsCollector, FollowsTheHostsLinkAndLabelsWhatTheFileSays) {
  test::TempTree tree;
  tree.file("usr/lib/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
            "NAME=\"Debian GNU/Linux\"\n"
            "VERSION_ID=\"12\"\n"
            "VERSION=\"12 (bookworm)\"\n"
            "VERSION_CODENAME=bookworm\n"
            "ID=debian\n");
  tree.link("etc/os-release", "/usr/lib/os-release");
  OsCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_os_info{build_id=\"\",id=\"debian\",id_like=\"\",image_id=\"\","
            "image_version=\"\",name=\"Debian GNU/Linux\","
            "pretty_name=\"Debian GNU/Linux 12 (bookworm)\",variant=\"\",variant_id=\"\","
            "version=\"12 (bookworm)\",version_codename=\"bookworm\",version_id=\"12\"} 1\n"
            "node_os_version{id=\"debian\",id_like=\"\",name=\"Debian GNU/Linux\"} 12\n");
}

TEST(OsCollector, IsUnavailableWithoutTheFile) {
  test::TempTree tree;
  OsCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseOsRelease, TakesQuotesAndEscapesAway) {
  const OsRelease release = parse_os_release(
      "# comment\nA='x \\ y'\nB=\"say \\\"hi\\\"\"\nC=a\\$b\n=v\nodd\n D = x \nE=\"open\nF=end\\");
  EXPECT_EQ(release.at("A"), "x \\ y");
  EXPECT_EQ(release.at("B"), "say \"hi\"");
  EXPECT_EQ(release.at("C"), "a$b");
  EXPECT_EQ(release.at("E"), "open");
  EXPECT_EQ(release.at("F"), "end\\");
  EXPECT_EQ(release.count("odd"), 0U);
  EXPECT_EQ(release.count(""), 0U);
}

TEST(LeadingVersion, TakesMajorAndMinor) {
  EXPECT_EQ(leading_version("12"), 12);
  EXPECT_EQ(leading_version("20.04.6"), 20.04);
  EXPECT_EQ(leading_version("7."), 7);
  EXPECT_EQ(leading_version("rolling"), 0);
  EXPECT_EQ(leading_version(".5"), 0);
  EXPECT_EQ(leading_version(""), 0);
}

}  // namespace
}  // namespace supercargo
