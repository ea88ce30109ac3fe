// start_at: end: what an output skips when it meets files for the first time, and what it never
// skips.

#include <chrono>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using std::chrono::hours;
using test::cri;
using test::LogNode;
using test::LogNodeOptions;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kOtherPod = "var/log/pods/shop_db-1_uid-2/db/0.log";

LogNodeOptions at_end(std::map<std::string, std::string> files_before) {
  return {.source = {LogSourceConfig::Type::kKubernetes,
                     "/var/log/pods",
                     LogSourceConfig::StartAt::kEnd},
          .files_before = std::move(files_before)};
}

// As if the last agent had written it at another time.
void date_journal(const LogNode& node, hours from_now) {
  for (const char* segment : {"data/out/journal.0", "data/out/journal.1"}) {
    std::filesystem::last_write_time(node.tree.path(segment),
                                     std::filesystem::file_time_type::clock::now() + from_now);
  }
}

TEST(LogStartAtEnd, ANewOutputSkipsWhatStandsThereAndCountsIt) {
  const std::string old = cri("old");
  LogNode node(at_end({{"0.log", old}}));
  node.write("0.log", cri("new"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
  EXPECT_EQ(node.account()->dropped().at("start_at_end").bytes, old.size());
}

TEST(LogStartAtEnd, FilesThatAreMadeWhileNoAgentRunsAreReadFromTheirStart) {
  LogNode node(at_end({{"0.log", cri("old")}}));
  node.drain();
  node.kill_agent();
  node.write("0.log", cri("1"));
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("2"));
  node.tree.append(kOtherPod, cri("of a pod that came"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), testing::UnorderedElementsAre("1", "2", "of a pod that came"));
  EXPECT_THAT(node.account()->dropped(), IsEmpty());
}

TEST(LogStartAtEnd, FilesThatAreMadeDuringAReloadAreReadFromTheirStart) {
  LogNode node(at_end({{"0.log", cri("old")}}));
  node.drain();
  node.tree.append(kOtherPod, cri("new"));  // the last look did not see it
  node.reload_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

TEST(LogStartAtEnd, WhatWasSkippedStaysSkippedAndWhatWasReadIsNotReadAgain) {
  LogNode node(at_end({{"0.log", cri("old")}, {"0.log.20261122-100000", cri("older")}}));
  node.write("0.log", cri("new"));
  node.drain();
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

TEST(LogStartAtEnd, AFileThatTheLastAgentCouldHaveMissedIsReadAlsoWhenItIsOlderThanTheJournal) {
  LogNode node(at_end({{"0.log", cri("old")}}));
  node.drain();
  node.kill_agent();
  node.tree.append(kOtherPod, cri("new"));
  date_journal(node, hours(2));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new")) << "the output knows the source";
}

TEST(LogStartAtEnd, ASourceThatHadNoFilesLosesNothingOfThoseThatComeWhileNoAgentRuns) {
  LogNode node(at_end({}));
  node.drain();
  node.kill_agent();
  node.write("0.log", cri("new"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

TEST(LogStartAtEnd, OfASourceThatIsNewToTheOutputOldFilesAreSkipped) {
  LogNode node(at_end({}));
  node.drain();
  node.kill_agent();
  node.write("0.log", cri("old"));
  date_journal(node, hours(2));  // it stood there when the last agent ran, which did not know it
  node.start_agent();
  node.write("0.log", cri("new"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
  EXPECT_EQ(node.account()->dropped().at("start_at_end").lines, 0U);
}

TEST(LogStartAtEnd, OfANamespaceThatTheOutputDidNotReadBeforeOldFilesAreSkipped) {
  bool all = false;
  const auto wants = [&all](const ContainerInfo& container) {
    return all || container.pod_namespace == "shop";
  };
  LogNodeOptions options = at_end({{"0.log", cri("old")}});
  options.limits.wanted = wants;
  LogNode node(std::move(options));
  const std::string other = "var/log/pods/bank_db-1_uid-2/db/0.log";
  node.tree.append(other, cri("of the bank"));
  node.drain();
  node.kill_agent();
  all = true;
  date_journal(node, hours(2));
  node.start_agent();
  node.tree.append(other, cri("new"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

TEST(LogStartAtEnd, ADamagedJournalSkipsNothing) {
  LogNode node(at_end({{"0.log", cri("old")}}));
  node.drain();
  node.kill_agent();
  for (const char* segment : {"data/out/journal.0", "data/out/journal.1"}) {
    node.tree.file(segment, "damaged");
  }
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("old"));
}

}  // namespace
}  // namespace supercargo
