// What a reload of the configuration takes over from the life before it: deleted files with their
// descriptors, and what pends.

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

constexpr const char* kPod = "var/log/pods/shop_web-1_uid-1";

TEST(LogReload, KeepsDeletedFilesThatAreNotReadYet) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.look();
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("2"));
  node.look();
  node.unlink("0.log.20261122-100000");
  node.look();
  node.reload_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
}

TEST(LogReload, ARecordOverTwoFilesStaysOneOverAReload) {
  LogNode node;
  node.write("0.log", "2026-11-22T10:00:00Z stdout P first \n");
  node.look();
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", "");
  node.look();
  node.unlink("0.log.20261122-100000");
  node.look();
  node.reload_agent();
  node.write("0.log", "2026-11-22T10:00:01Z stdout F last\n");
  node.look();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("first last"));
}

TEST(LogReload, KeepsTheFilesOfADeletedPod) {
  LogNode node;
  node.write("0.log", cri("1") + cri("2"));
  node.look();
  std::filesystem::remove_all(node.tree.path("var/log/pods/shop_web-1_uid-1"));
  node.look();
  node.reload_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
  EXPECT_TRUE(node.catalog().chains()->empty()) << "then it is forgotten";
}

TEST(LogReload, KeepsTheFilesOfAPodThatNobodySawDeleted) {
  LogNode node;
  node.write("0.log", cri("1") + cri("2"));
  node.look();
  ASSERT_NE(node.send(), 0U);  // never answered
  node.write("0.log", cri("3"));
  std::filesystem::remove_all(node.tree.path(kPod));  // the agent is frozen, or the outputs drain
  node.reload_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2", "3"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogReload, AChainThatWasKeptIsReadOnWhenItsDirectoryIsMadeAgain) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.look();
  std::filesystem::remove_all(node.tree.path(kPod));
  node.reload_agent();
  node.write("1.log", cri("2"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
}

TEST(LogReload, APlainFileThatWasDeletedMeanwhileIsReadOnUnderItsName) {
  test::LogNodeOptions options;
  options.source = {LogSourceConfig::Type::kFiles, "/var/log/*.log", {}};
  options.directory = "var/log";
  LogNode node(options);
  node.write("app.log", "one\n");
  node.look();
  node.unlink("app.log");
  node.reload_agent();
  node.drain();
  node.write("app.log", "two\n");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("one", "two"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
}

TEST(LogReload, WhatNoReaderGoesOnWithDoesNotPendForEver) {
  LogNode node;
  node.write("0.log", cri("1"));
  node.look();
  std::filesystem::remove_all(node.tree.path(kPod));
  node.reload_agent_without_files();
  node.look();
  EXPECT_EQ(node.account()->pending_bytes, 0U);
  EXPECT_EQ(node.account()->lost().at("gone_during_reload").bytes, cri("1").size());
}

TEST(LogReload, WhatIsGoneIsLostWhenItsChainEndsAtTheLatest) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.look();
  node.truncate("0.log");
  node.reload_agent();
  EXPECT_EQ(node.account()->pending_bytes, 2 * cri("a").size());
  std::filesystem::remove_all(node.tree.path(kPod));
  node.drain();
  ASSERT_TRUE(node.catalog().chains()->empty());
  EXPECT_EQ(node.account()->pending_bytes, 0U);
  EXPECT_EQ(node.account()->lost().at("gone_during_reload").bytes, 2 * cri("a").size());
}

}  // namespace
}  // namespace supercargo
