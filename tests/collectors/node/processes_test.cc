#include "collectors/node/processes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

std::string stat_line(std::string_view id, char state, int threads, int flags = 4194560) {
  return std::string(id) + " (a) b) " + state + " 0 1 1 0 -1 " + std::to_string(flags) +
         " 2030 0 0 0 3 1 0 0 20 0 " + std::to_string(threads) + " 0 100 4096\n";
}

class Processes : public ::testing::Test {
 protected:
  Processes() {
    host.proc = tree.root().string();
    tree.link("self", std::to_string(::getpid()));
    tree.file("sys/kernel/pid_max", "32768\n");
    tree.file("sys/kernel/threads-max", "192727\n");
    tree.file("1/stat", stat_line("1", 'S', 1));
    tree.file("2/stat", stat_line("2", 'I', 1, 2129984));
    tree.file("30/stat", stat_line("30", 'S', 3));
    tree.file("30/task/30/stat", stat_line("30", 'R', 3));  // moved on since
    tree.file("30/task/31/stat", stat_line("31", 'D', 3));
    tree.file("30/task/32/stat", stat_line("32", 'S', 3));
    tree.file("40/stat", "");  // ended
    tree.directory("50");
    tree.file("uptime", "1 2\n");
  }

  test::TempTree tree;
  HostPaths host;
};

TEST_F(Processes, AreCountedByStateWithTheirThreads) {
  ProcessesCollector collector(host);
  const std::string expected =
      "node_processes_threads 5\n"
      "node_processes_max_threads 192727\n"
      "node_processes_threads_state{thread_state=\"D\"} 1\n"
      "node_processes_threads_state{thread_state=\"I\"} 1\n"
      "node_processes_threads_state{thread_state=\"S\"} 3\n"
      "node_processes_state{state=\"I\"} 1\n"
      "node_processes_state{state=\"S\"} 2\n"
      "node_processes_pids 3\n"
      "node_processes_max_processes 32768\n";
  EXPECT_EQ(test::render_pass(collector), expected);
  EXPECT_EQ(test::render_pass(collector), expected);
}

TEST_F(Processes, APassThatIsOutOfTimeTellsNoHalf) {
  ProcessesCollector collector(host, Milliseconds(0));
  EXPECT_EQ(test::render_pass(collector),
            "node_processes_max_threads 192727\n"
            "node_processes_max_processes 32768\n"
            "error: " +
                host.proc + ": too many processes to read all in time\n");
}

TEST_F(Processes, OfAPodAreNotTheHosts) {
  tree.remove("2");
  ProcessesCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(test::render_samples(set), "");
}

TEST_F(Processes, OfTheHostAreToldInAPodButForItsLimit) {
  tree.remove("self");
  tree.link("self", "1");
  ProcessesCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  const std::string text = test::render_samples(set);
  EXPECT_NE(text.find("node_processes_pids 3\n"), std::string::npos);
  EXPECT_NE(text.find("node_processes_max_threads 192727\n"), std::string::npos);
  EXPECT_EQ(text.find("node_processes_max_processes"), std::string::npos);
}

TEST(ParseTaskStat, TheNameMayHoldAnything) {
  const Result<TaskStat> stat = parse_task_stat(stat_line("7", 'Z', 12));
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'Z');
  EXPECT_EQ(stat->threads, 12U);
}

TEST(ParseTaskStat, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_task_stat(""));
  EXPECT_FALSE(parse_task_stat("1 (a) S 0 1 1"));
  EXPECT_FALSE(parse_task_stat("1 (a) \xff 0 1 1 0 -1 1 2 0 0 0 3 1 0 0 20 0 1 0\n"));
  EXPECT_FALSE(parse_task_stat("1 (a) SS 0 1 1 0 -1 1 2 0 0 0 3 1 0 0 20 0 1 0\n"));
}

}  // namespace
}  // namespace supercargo
