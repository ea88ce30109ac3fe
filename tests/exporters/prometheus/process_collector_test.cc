#include "exporters/prometheus/process_collector.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "exporters/prometheus/text_writer.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kStat =
    "4242 (super (x) cargo) S 1 4242 4242 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 9 0 2000 "
    "104857600 3000 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n";

constexpr std::string_view kLimits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max processes             63704                63704                processes \n"
    "Max open files            1024                 524288               files     \n"
    "Max address space         unlimited            unlimited            bytes     \n";

TEST(ParseProcessStat, ReadsTheFieldsAfterAnyName) {
  const auto stat = parse_process_stat(kStat);
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(stat->user_ticks, 150U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->start_ticks, 2000U);
  EXPECT_EQ(stat->virtual_bytes, 104857600U);
  EXPECT_EQ(stat->resident_pages, 3000U);
}

TEST(ParseProcessStat, TellsWhatIsMissing) {
  EXPECT_EQ(parse_process_stat("42 (x) S 1 2").error().message, "field 14 is no number");
  EXPECT_EQ(parse_process_stat("").error().message, "no name in parentheses");
}

TEST(ParseMaxOpenFiles, ReadsTheSoftLimit) {
  EXPECT_EQ(parse_max_open_files(kLimits), 1024);
  EXPECT_EQ(parse_max_open_files("Max open files            unlimited  unlimited  files\n"),
            std::nullopt);
}

TEST(ParseMaxAddressSpace, GivesTheLimitOrTheGreatestOne) {
  EXPECT_EQ(parse_max_address_space("Max address space  4096  8192  bytes\n"), 4096);
  EXPECT_EQ(parse_max_address_space(kLimits), 18446744073709551615.0);
  EXPECT_EQ(parse_max_address_space("Max address space  many\n"), std::nullopt);
  EXPECT_EQ(parse_max_address_space(""), std::nullopt);
}

class ProcessCollectorTest : public testing::Test {
 protected:
  ProcessCollectorTest() {
    tree_.file("stat", "cpu  1 2 3\nbtime 1700000000\n");
    tree_.file("self/stat", kStat);
    tree_.file("self/limits", kLimits);
    for (const char* fd : {"self/fd/0", "self/fd/1", "self/fd/7"}) {
      tree_.file(fd, "");
    }
  }

  std::string collect(const BuildInfo& build, Status& status) {
    ProcessCollector collector(build, tree_.root().string());
    SampleSet set(collector.families());
    status = collector.collect(set);
    std::string out;
    TextWriter writer(out, ExpositionFormat::kText);
    for (std::size_t i = 0; i < set.families().size(); ++i) {
      writer.begin_family(set.families()[i]);
      writer.add(set, i);
    }
    return out;
  }

  test::TempTree tree_;
};

TEST_F(ProcessCollectorTest, GivesAllFamilies) {
  Status status = Ok{};
  const std::string text = collect({"1.2.3", "abc", "n1"}, status);
  ASSERT_TRUE(status) << status.error().message;
  const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_NE(text.find("process_cpu_seconds_total 2\n"), std::string::npos)
      << text << " at 100 ticks a second, here " << tick;
  EXPECT_NE(text.find("process_start_time_seconds 1700000020\n"), std::string::npos) << text;
  EXPECT_NE(text.find("process_virtual_memory_bytes 104857600\n"), std::string::npos) << text;
  EXPECT_NE(
      text.find("process_resident_memory_bytes " + std::to_string(3000 * ::sysconf(_SC_PAGESIZE))),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("process_open_fds 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("process_max_fds 1024\n"), std::string::npos) << text;
  EXPECT_NE(text.find("process_virtual_memory_max_bytes 18446744073709551616\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("supercargo_build_info{version=\"1.2.3\",revision=\"abc\"} 1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("supercargo_node_info{node=\"n1\"} 1\n"), std::string::npos) << text;
}

TEST_F(ProcessCollectorTest, LeavesAnUnknownRevisionAndNodeOut) {
  Status status = Ok{};
  const std::string text = collect({"1.2.3", "", ""}, status);
  EXPECT_NE(text.find("supercargo_build_info{version=\"1.2.3\"} 1\n"), std::string::npos);
  EXPECT_EQ(text.find("supercargo_node_info{"), std::string::npos);
}

TEST_F(ProcessCollectorTest, KeepsWhatItHasWhenAFileIsBad) {
  tree_.file("self/stat", "nonsense");
  Status status = Ok{};
  const std::string text = collect({"1.2.3", "", ""}, status);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("self/stat: no name"), std::string::npos);
  EXPECT_NE(text.find("supercargo_build_info"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
