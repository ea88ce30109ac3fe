// Plain files under logrotate: S3 and S8 for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/gzip_file.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::LogNode;
using test::LogNodeOptions;
using testing::ElementsAre;

class PlainChain : public testing::Test {
 protected:
  static LogNodeOptions options() {
    LogNodeOptions options;
    options.source = {LogSourceConfig::Type::kFiles, "/var/log/*.log", {}};
    options.directory = "var/log";
    options.files_before = {{"app.log.2.gz", test::gzip_of("ancient\n")},
                            {"app.log.1", "older\n"},
                            {"app.log", "one\n"}};
    return options;
  }

  LogNode node_{options()};
};

TEST_F(PlainChain, SiblingsThatNobodyAskedForAreNotRead) {
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("one"));
  EXPECT_EQ(node_.account()->gaps().size(), 0U);
}

TEST_F(PlainChain, ARotationWhileTheAgentIsDownIsContinued) {
  node_.drain();
  node_.write("app.log", "two\n");
  node_.rename("app.log", "app.log.1");
  node_.write("app.log", "three\n");
  node_.restart_agent();
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("one", "two", "three"));
}

TEST_F(PlainChain, AFileThatWasRotatedTwiceBeforeAnybodyLookedIsRead) {
  node_.drain();
  node_.rename("app.log", "app.log-20261121");
  node_.write("app.log", "two\n");
  node_.rename("app.log", "app.log-20261122");
  node_.write("app.log", "three\n");
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("one", "two", "three"));
}

TEST_F(PlainChain, ACompressedSiblingIsContinuedAfterADowntime) {
  const std::string telling(2'000, 'x');  // the head of a plain file tells it when it is long
  node_.write("app.log", telling + "\n");
  node_.drain();
  node_.rename("app.log.2.gz", "app.log.3.gz");
  node_.rename("app.log.1", "app.log.2");
  node_.unlink("app.log");
  node_.write("app.log.1.gz", test::gzip_of("one\n" + telling + "\ntwo\n"));
  node_.write("app.log", "three\n");
  node_.restart_agent();
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("one", telling, "two", "three"));
}

TEST_F(PlainChain, AQuietBaseBesideAnotherOneOfTheSameBeginning) {
  node_.drain();
  node_.write("app.log.log", "other\n");
  node_.write("app.log", "two\n");
  node_.drain();
  EXPECT_THAT(node_.delivered(), testing::UnorderedElementsAre("one", "two", "other"));
}

}  // namespace
}  // namespace supercargo
