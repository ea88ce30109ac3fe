#include "collectors/cgroup/hugetlb_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/collectors/cgroup/cgroup_tree.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::kPod;

constexpr std::int64_t kSecond = 1'000'000'000;

class HugetlbReaderTest : public ::testing::TestWithParam<CgroupTree::Version> {
 protected:
  HugetlbReaderTest() : machine_(GetParam()) {
    machine_.cgroup(kPod);
    pool("2048", "nr_hugepages", "16\n");
    pool("2048", "nr_overcommit_hugepages", "0\n");
    pool("1048576", "nr_hugepages", "0\n");
    pool("1048576", "nr_overcommit_hugepages", "0\n");
    if (is_v2()) {
      machine_.file(kPod, "hugetlb.2MB.current", "4194304\n");
      machine_.file(kPod, "hugetlb.2MB.events", "max 7\n");
      machine_.file(kPod, "hugetlb.1GB.current", "0\n");
    } else {
      machine_.file(kPod, "hugetlb.2MB.usage_in_bytes", "4194304\n");
      machine_.file(kPod, "hugetlb.2MB.max_usage_in_bytes", "6291456\n");
      machine_.file(kPod, "hugetlb.2MB.failcnt", "7\n");
      machine_.file(kPod, "hugetlb.1GB.usage_in_bytes", "0\n");
    }
  }

  [[nodiscard]] bool is_v2() const { return GetParam() == CgroupTree::Version::kV2; }

  void pool(const std::string& kibibytes, const std::string& file, const std::string& text) {
    machine_.tree.file("sys/kernel/mm/hugepages/hugepages-" + kibibytes + "kB/" + file, text);
  }

  std::vector<HugetlbUsage> read(const std::string& cgroup) {
    Result<Hierarchy> hierarchy = Hierarchy::open(machine_.paths());
    EXPECT_TRUE(hierarchy);
    ReadContext context{*hierarchy, {}, {}};
    std::vector<HugetlbUsage> out(3);
    reader_.read(cgroup, context, out);
    errors_ += context.errors;
    return out;
  }

  CgroupTree machine_;
  HugetlbReader reader_{machine_.paths().sys};
  std::uint64_t errors_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         HugetlbReaderTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         [](const auto& version) {
                           return version.param == CgroupTree::Version::kV1 ? "V1" : "V2";
                         });

TEST_P(HugetlbReaderTest, ReadsTheSizesThatTheMachineHasPagesOf) {
  reader_.begin_pass(kSecond);
  const std::vector<HugetlbUsage> found = read(kPod);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].page_size, "2MB");
  EXPECT_EQ(found[0].bytes, 4194304U);
  EXPECT_EQ(found[0].failures, 7U);
  EXPECT_EQ(found[0].peak_bytes, is_v2() ? std::nullopt : std::optional<std::uint64_t>(6291456U));
  EXPECT_EQ(errors_, 0U);
}

TEST_P(HugetlbReaderTest, LooksAgainAfterAMinuteForOtherPages) {
  reader_.begin_pass(100 * kSecond);
  pool("1048576", "nr_overcommit_hugepages", "1\n");
  reader_.begin_pass(159 * kSecond);
  EXPECT_EQ(read(kPod).size(), 1U);
  reader_.begin_pass(160 * kSecond);
  ASSERT_EQ(read(kPod).size(), 2U);
  EXPECT_EQ(read(kPod)[1].page_size, "1GB");
}

TEST_P(HugetlbReaderTest, ACgroupWithoutTheControllerHasNone) {
  reader_.begin_pass(kSecond);
  EXPECT_TRUE(read("/").empty());
  EXPECT_EQ(errors_, 0U);
}

TEST_P(HugetlbReaderTest, AnOddFileIsCounted) {
  machine_.file(kPod, is_v2() ? "hugetlb.2MB.events" : "hugetlb.2MB.failcnt", "max x\n");
  reader_.begin_pass(kSecond);
  EXPECT_EQ(read(kPod).size(), 1U);
  EXPECT_EQ(errors_, 1U);
}

TEST(HugePageSize, IsNamedAsTheFilesOfCgroupsAre) {
  EXPECT_EQ(huge_page_size_name(64), "64KB");
  EXPECT_EQ(huge_page_size_name(2048), "2MB");
  EXPECT_EQ(huge_page_size_name(32'768), "32MB");
  EXPECT_EQ(huge_page_size_name(1'048'576), "1GB");
  EXPECT_EQ(huge_page_size_name(16'777'216), "16GB");
}

}  // namespace
}  // namespace supercargo
