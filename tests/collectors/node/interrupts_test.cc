#include "collectors/node/interrupts.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(InterruptsCollector, GivesEachSourceForEachCpu) {
  test::TempTree tree;
  tree.file("interrupts",
            "           CPU0       CPU2       \n"
            " 26:          0         14  IO-APIC   4-edge      tty\"S0\n"
            " 41:          7          0 PCI-MSIX-0000:00:04.0   1-edge\n"
            "LOC:   16167860   16067205   Local timer   interrupts\n"
            "ERR:          0\n"
            "MIS:          0\n");
  HostPaths host;
  host.proc = tree.root().string();
  InterruptsCollector collector(host);
  const std::string expected =
      R"(node_interrupts_total{cpu="0",devices="4-edge tty\"S0",info="IO-APIC",type="26"} 0
node_interrupts_total{cpu="2",devices="4-edge tty\"S0",info="IO-APIC",type="26"} 14
node_interrupts_total{cpu="0",devices="1-edge",info="PCI-MSIX-0000:00:04.0",type="41"} 7
node_interrupts_total{cpu="2",devices="1-edge",info="PCI-MSIX-0000:00:04.0",type="41"} 0
node_interrupts_total{cpu="0",devices="",info="Local timer interrupts",type="LOC"} 16167860
node_interrupts_total{cpu="2",devices="",info="Local timer interrupts",type="LOC"} 16067205
)";
  EXPECT_EQ(test::render_pass(collector), expected);
  EXPECT_EQ(test::render_pass(collector), expected);
}

TEST(InterruptsCollector, WithoutTheFileThereIsNothing) {
  HostPaths host;
  host.proc = "/nowhere";
  InterruptsCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseInterrupts, NoBlankNeedsToFollowTheColon) {
  Interrupts out;
  ASSERT_TRUE(parse_interrupts("  CPU0\nIPI0:4294967296 Rescheduling interrupts\n", out));
  ASSERT_EQ(out.sources.size(), 1U);
  EXPECT_EQ(out.sources[0].name, "IPI0");
  EXPECT_EQ(out.sources[0].description, "Rescheduling interrupts");
  EXPECT_EQ(out.counts, std::vector<std::uint64_t>{4294967296});
}

TEST(ParseInterrupts, LeavesOutOddLines) {
  Interrupts out;
  ASSERT_TRUE(
      parse_interrupts("CPU0 CPU1\n\n 1: 1\n 2: 1 x y\n: 1 2 z\n 3: 1 2\n 4: 5 6 z\n", out));
  ASSERT_EQ(out.sources.size(), 1U);
  EXPECT_EQ(out.counts, (std::vector<std::uint64_t>{5, 6}));
}

TEST(ParseInterrupts, NeedsTheNamesOfTheCpus) {
  Interrupts out;
  EXPECT_FALSE(parse_interrupts("", out));
  EXPECT_FALSE(parse_interrupts("\n 1: 2 x\n", out));
  EXPECT_FALSE(parse_interrupts("CPU0 CPUx\n", out));
  EXPECT_FALSE(parse_interrupts(" 1: 2 x\n", out));
}

}  // namespace
}  // namespace supercargo
