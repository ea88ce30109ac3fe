// max_age: files that were not written to for long, when an output meets them for the first time.
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
using testing::ElementsAre;
using testing::IsEmpty;

void make_old(const LogNode& node, std::string_view name, hours age) {
  std::filesystem::last_write_time(node.path(name),
                                   std::filesystem::file_time_type::clock::now() - age);
}

TEST(LogMaxAge, SkipsAFileThatIsTooOldAndCountsIt) {
  LogNode node;
  const std::string text = cri("a") + cri("b");
  node.write("0.log", text);
  make_old(node, "0.log", hours(169));
  node.drain();
  EXPECT_THAT(node.delivered(), IsEmpty());
  EXPECT_EQ(node.account()->dropped().at("max_age").bytes, text.size());
  EXPECT_EQ(node.account()->terms().difference(), 0);
}

TEST(LogMaxAge, ReadsWhatIsWrittenToItLaterAlsoAfterARestart) {
  LogNode node;
  node.write("0.log", cri("old"));
  make_old(node, "0.log", hours(169));
  node.drain();
  node.write("0.log", cri("new"));
  node.drain();
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

TEST(LogMaxAge, ReadsAYoungerFileFromItsBeginning) {
  LogNode node;
  node.write("0.log", cri("a"));
  make_old(node, "0.log", hours(167));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a"));
}

TEST(LogMaxAge, SkipsOldRotatedFilesAndReadsTheCurrentOne) {
  LogNode node;
  node.write("0.log.20261101-143703", cri("a"));
  make_old(node, "0.log.20261101-143703", hours(300));
  node.write("0.log", cri("b"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("b"));
}

TEST(LogMaxAge, OfZeroReadsEverything) {
  LogNode node({.source = {LogSourceConfig::Type::kKubernetes,
                           "/var/log/pods",
                           LogSourceConfig::StartAt::kBeginning,
                           std::chrono::seconds(0)}});
  node.write("0.log", cri("a"));
  make_old(node, "0.log", hours(100'000));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a"));
}

TEST(LogMaxAge, IsOnlyAskedWhenAFileIsMetForTheFirstTime) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b"));
  make_old(node, "0.log", hours(200));
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
}

// As a pod that starts while the agent is replaced by a newer one.
TEST(LogMaxAge, WhatAppearsWhileTheAgentIsDownIsReadWholeAlsoWithStartAtEnd) {
  LogNode node({.source = {LogSourceConfig::Type::kKubernetes,
                           "/var/log/pods",
                           LogSourceConfig::StartAt::kEnd},
                .files_before = {{"0.log", cri("before")}}});
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  node.write("1.log", cri("2"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace supercargo
