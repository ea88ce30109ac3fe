// What an agent finds that was away while kubelet went on: rotated, compressed and deleted files,
// pods that came and went (S1, S3, S8, S10, S14).

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/log_reader.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(LogOutage, ReadsTheRotatedAndCompressedFilesOfAnOutageInOrderAndOnce) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  node.write("0.log", cri("2"));
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("3"));
  node.gzip("0.log.20261122-100000");
  node.rename("0.log", "0.log.20261122-100010");
  node.write("0.log", cri("4"));
  node.gzip("0.log.20261122-100010");
  node.rename("0.log", "0.log.20261122-100020");
  node.write("0.log", cri("5"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
  node.restart_agent();
  node.drain();
  EXPECT_EQ(node.delivered().size(), 5U) << "nor are they read again";
}

TEST(LogOutage, ReadsThePodsOfAnOutageFromTheirFirstCompressedFile) {
  LogNode node;
  node.drain();
  node.kill_agent();
  node.write("0.log.20261122-100000", cri("1"));
  node.gzip("0.log.20261122-100000");
  node.write("0.log.20261122-100010", cri("2"));
  node.write("0.log", cri("3"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2", "3"));
}

TEST(LogOutage, WhatKubeletIsCompressingIsReadFromThePlainFileOnly) {
  LogNode node;
  node.drain();
  node.kill_agent();
  node.write("0.log.20261122-100000", cri("1"));
  node.write("0.log.20261122-100000.tmp", "half of a gzip file");
  node.write("0.log", cri("2"));
  node.start_agent();
  node.drain();
  node.unlink("0.log.20261122-100000.tmp");
  node.gzip("0.log.20261122-100000");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
}

TEST(LogOutage, AFileThatWasRotatedAwayUnreadIsAGapAndNothingElseIsLost) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  node.write("0.log", cri("2"));
  node.unlink("0.log");
  node.write("0.log.20261122-100050", cri("5"));
  node.write("0.log", cri("6"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "5", "6"));
  EXPECT_EQ(node.account()->gaps().at("deleted_while_down"), 1U);
}

TEST(LogOutage, ARecordOverTwoFilesThatAreThereIsWholeBehindAGap) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  node.unlink("0.log");
  node.write("0.log.20261122-100040", cri("be", "P"));
  node.write("0.log.20261122-100050", cri("gin"));
  node.write("0.log", cri("6"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "begin", "6"));
  EXPECT_EQ(node.account()->gaps().at("deleted_while_down"), 1U);
}

TEST(LogOutage, APodDeletedWhileNoAgentWasThereIsAGapOfItsContainerOnce) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  std::filesystem::remove_all(node.tree.path("var/log/pods/shop_web-1_uid-1"));
  node.start_agent();
  node.drain();
  ASSERT_NE(node.account(), nullptr);
  EXPECT_EQ(node.account()->pod, "web-1");
  EXPECT_EQ(node.account()->container, "app");
  EXPECT_EQ(node.account()->gaps().at("deleted_while_down"), 1U);
  node.restart_agent();
  node.drain();
  EXPECT_EQ(node.account(), nullptr);
}

TEST(LogOutage, AnEmptyDirectoryWhereFilesWereIsAGap) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  node.kill_agent();
  node.unlink("0.log");
  node.start_agent();
  node.drain();
  ASSERT_NE(node.account(), nullptr);
  EXPECT_EQ(node.account()->gaps().at("deleted_while_down"), 1U);
}

TEST(LogOutage, AFileThatWasReadToItsEndMayGo) {
  LogNode node;
  node.write("0.log.20261122-100000", cri("1"));
  node.write("0.log", cri("2"));
  node.drain();
  node.kill_agent();
  node.unlink("0.log.20261122-100000");
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
}

TEST(LogOutage, APlainFileAndItsGzThatAreBothNewAreReadOnce) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("2"));
  node.discovery().turn(node.now() + Milliseconds(1'000));  // the output does not get to look
  node.gzip("0.log.20261122-100000");
  node.look(Milliseconds(2'000));
  ASSERT_EQ(node.catalog().chains()->front()->files.size(), 3U) << "the deleted one, too";
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
  node.restart_agent();
  node.drain();
  EXPECT_EQ(node.delivered().size(), 2U);
}

TEST(LogOutage, WhatIsNoGzipIsLostWithItsBytesOnTheDiskOnce) {
  LogNode node;
  const std::string text(1'000, 'x');
  node.write("0.log.20261122-100000.gz", text);
  node.write("0.log", cri("1"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1"));
  EXPECT_EQ(node.account()->lost().at("read_error").bytes, text.size());
  EXPECT_EQ(node.account()->written_bytes, text.size() + cri("1").size());
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.account()->lost(), IsEmpty());
}

TEST(LogOutage, ARotationSeenCompressedOnlyIsReadWhileTheAgentRuns) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.drain();
  // The agent does not get to look (it is stopped, or the node is overloaded).
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("2"));
  node.gzip("0.log.20261122-100000");
  node.rename("0.log", "0.log.20261122-100010");
  node.write("0.log", cri("3"));
  node.gzip("0.log.20261122-100010");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2", "3"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
}

}  // namespace
}  // namespace supercargo
