#include "collectors/logs/log_reader.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using test::SentLine;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const std::vector<SentLine>& lines) {
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const SentLine& line : lines) {
    out.push_back(line.text);
  }
  return out;
}

TEST(LogReader, DeliversLinesWithTheirTimesAndStreams) {
  LogNode node;
  node.write("0.log", "2026-11-22T14:36:43.5Z stdout F one\n2026-11-22T14:36:44Z stderr F two\n");
  node.drain();
  ASSERT_EQ(node.all_delivered().size(), 2U);
  const SentLine& one = node.all_delivered()[0];
  EXPECT_EQ(one.text, "one");
  EXPECT_EQ(one.time_ns, 1'795'358'203'500'000'000);
  EXPECT_EQ(one.container, "app");
  EXPECT_EQ(one.offset, 0U);
  EXPECT_EQ(one.raw_bytes, 36U);
  EXPECT_EQ(one.raw_lines, 1U);
  EXPECT_EQ(node.all_delivered()[1].stream, Stream::kStderr);
  EXPECT_EQ(node.all_delivered()[1].offset, 36U);
}

TEST(LogReader, ReadsOnAcrossARenameRotation) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.look();
  const RequestId first = node.send();
  node.write("0.log", cri("c"));
  node.rename("0.log", "0.log.20261122-143703");
  node.look();
  node.write("0.log.20261122-143703", cri("d"));  // the runtime has not reopened yet
  node.settle(first);
  node.look();
  node.settle(node.send());
  node.write("0.log", cri("e"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST(LogReader, ReadsWhatCameJustBeforeTheRotationBeforeTheNewFile) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b"));
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("c"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c"));
}

TEST(LogReader, ADrainLeavesWhatIsWrittenAfterItBegan) {
  LogNode node;
  node.write("0.log", cri("before") + cri("half").substr(0, 20));
  node.look();
  node.reader().begin_drain(node.now());
  node.write("0.log", "the rest\n" + cri("after"));
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("later"));
  node.look();
  (void)node.settle(node.send());
  node.look();
  EXPECT_EQ(node.send(), 0U);
  EXPECT_THAT(node.delivered(), ElementsAre("before"));
}

TEST(LogReader, ADrainLeavesAnOpenRecordToTheNextLife) {
  LogNode node({.chain = {.partial_idle = Milliseconds(5'000)}});
  node.write("0.log", cri("first ", "P"));
  node.look();
  node.reader().begin_drain(node.now());
  node.write("0.log", cri("last"));
  node.look(Milliseconds(20'000));
  EXPECT_EQ(node.send(), 0U);
  node.look(Milliseconds(20'000));
  EXPECT_EQ(node.send(), 0U);
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("first last"));
}

TEST(LogReader, ADrainLeavesAnOpenRecordOfAFileThatIsPackedMeanwhile) {
  LogNode node;
  node.write("0.log", cri("first ", "P"));
  node.look();
  node.reader().begin_drain(node.now());
  node.write("0.log", cri("last"));
  node.rename("0.log", "0.log.20261122-100000");
  node.gzip("0.log.20261122-100000");
  for (int i = 0; i < 5; ++i) {
    node.look(Milliseconds(5'000));
    EXPECT_EQ(node.send(), 0U);
  }
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("first last"));
}

TEST(LogReader, TheFirstLinesOfAContainerWaitAtItsGate) {
  bool open = false;
  LogNode node({.limits = {.gate = [&open](const ContainerInfo&) { return open; }}});
  node.write("0.log", cri("a"));
  node.look();
  EXPECT_EQ(node.send(), 0U);
  open = true;
  node.look();
  (void)node.settle(node.send());
  open = false;
  node.write("0.log", cri("b"));
  node.look();
  (void)node.settle(node.send());
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
}

TEST(LogReader, AGateHoldsNobodyForEver) {
  LogNode node({.limits = {.gate = [](const ContainerInfo&) { return false; }}});
  node.write("0.log", cri("a"));
  node.look(Milliseconds(1'000));
  EXPECT_EQ(node.send(), 0U);
  node.look(Milliseconds(15'000));
  (void)node.settle(node.send());
  EXPECT_THAT(node.delivered(), ElementsAre("a"));
}

// The output turns; discovery does not get to look. What may be read now.
std::size_t turn_output(LogNode& node, int seconds) {
  return node.reader().refresh(node.now() + std::chrono::seconds(seconds), false).readable_bytes;
}

TEST(LogReader, ARecordIsNotEndedForTheTimeThatTheAgentStoodStill) {
  LogNode node({.chain = {.partial_idle = Milliseconds(5'000)}});
  node.write("0.log", cri("first ", "P"));
  node.look();
  ASSERT_EQ(node.send(), 0U);
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("last"));
  EXPECT_EQ(turn_output(node, 20), 0U);
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("first last"));
}

TEST(LogReader, ARecordIsNotEndedWhenItsRestWasNotLookedForYet) {
  LogNode node({.chain = {.partial_idle = Milliseconds(5'000)}});
  node.write("0.log", cri("first ", "P"));
  node.look();
  ASSERT_EQ(node.send(), 0U);
  node.write("0.log", cri("last"));
  for (int second = 1; second < 5; ++second) {
    EXPECT_EQ(turn_output(node, second), 0U);
  }
  EXPECT_EQ(turn_output(node, 5), cri("last").size()) << "which is the rest";
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("first last"));
}

TEST(LogReader, ReadsOnAcrossADoubleRotationBetweenTwoLooks) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.look();
  node.write("0.log", cri("b"));
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("c"));
  node.rename("0.log", "0.log.20261122-143713");
  node.write("0.log", cri("d"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c", "d"));
}

TEST(LogReader, ReadsAFileToItsEndThatWasDeletedRightAfterTheLastWrite) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.look();
  node.write("0.log", cri("b"));
  node.unlink("0.log");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
}

TEST(LogReader, ReadsAPodToItsEndThatIsDeletedWithItsDirectory) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.look();
  node.write("0.log", cri("b"));
  std::filesystem::remove_all(node.tree.path("var/log/pods/shop_web-1_uid-1"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
  EXPECT_EQ(node.reader().refresh(node.now(), false).readable_bytes, 0U);
  EXPECT_THAT(*node.catalog().chains(), IsEmpty());
}

TEST(LogReader, JoinsAPartialLineAcrossARotation) {
  LogNode node;
  node.write("0.log", cri("a") + cri("be", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("gin", "F") + cri("c"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "begin", "c"));
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogReader, JoinsAPartialLineAcrossThreeFilesAlsoAfterARestart) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b1", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("b2", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143713");
  node.write("0.log", cri("b3", "P"));
  node.drain();
  node.restart_agent();
  node.write("0.log", cri("b4") + cri("c"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b1b2b3b4", "c"));
}

TEST(LogReader, JoinsInterleavedPartialLinesPerStream) {
  LogNode node;
  node.write("0.log",
             cri("o1", "P") + cri("e1", "P", "stderr") + cri("o2", "P") + cri("e2", "F", "stderr") +
                 cri("o3", "F"));
  node.drain();
  EXPECT_THAT(node.delivered(Stream::kStdout), ElementsAre("o1o2o3"));
  EXPECT_THAT(node.delivered(Stream::kStderr), ElementsAre("e1e2"));
}

TEST(LogReader, AnOpenRecordOfOneStreamDoesNotPinTheOther) {
  LogNode node;
  node.write("0.log", cri("open", "P") + cri("e1", "F", "stderr") + cri("e2", "F", "stderr"));
  node.drain();
  EXPECT_THAT(node.delivered(Stream::kStderr), ElementsAre("e1", "e2"));
  node.restart_agent();
  node.write("0.log", cri(" closed", "F"));
  node.drain();
  EXPECT_THAT(node.delivered(Stream::kStderr), ElementsAre("e1", "e2"));
  EXPECT_THAT(node.delivered(Stream::kStdout), ElementsAre("open closed"));
}

TEST(LogReader, DeliversAnOpenRecordWhenItsStreamIsIdleThoughTheOtherIsNot) {
  LogNode node({.chain = {.partial_idle = Milliseconds(5'000)}});
  node.write("0.log", cri("prompt> ", "P"));
  for (int second = 0; second < 10; ++second) {
    node.write("0.log", cri("noise", "F", "stderr"));
    node.drain(1);
  }
  EXPECT_THAT(node.delivered(Stream::kStdout), ElementsAre("prompt> "));
  EXPECT_EQ(node.account()->truncated_lines, 1U);
}

TEST(LogReader, DeliversAnOpenRecordWhenTheContainerIsGone) {
  LogNode node;
  node.write("0.log", cri("a") + cri("no line end", "P"));
  node.look();
  node.unlink("0.log");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "no line end"));
}

TEST(LogReader, DoesNotJoinTheLastWordsOfAContainerToTheFirstOfItsRestart) {
  LogNode node;
  node.write("0.log", cri("a") + cri("dying", "P"));
  node.drain();
  node.write("1.log", cri("born"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "dying", "born"));
  EXPECT_EQ(node.all_delivered()[1].restart, 0U);
  EXPECT_EQ(node.all_delivered()[2].restart, 1U);
}

TEST(LogReader, StartsOverAfterATruncation) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.drain();
  node.truncate("0.log");
  node.write("0.log", cri("c"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(node.account()->gaps().at("truncated"), 1U);
}

TEST(LogReader, ALineThatGrowsWhileItIsReadIsNoTruncation) {
  LogNode node;
  const std::string line = cri("a line in two writes");
  node.write("0.log", line.substr(0, 20));
  node.look();
  node.write("0.log", line.substr(20) + cri("b"));  // after discovery has looked at the size
  const RequestId early = node.send();
  node.settle(early);
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a line in two writes", "b"));
  EXPECT_THAT(node.account()->lost(), IsEmpty());
}

TEST(LogReader, CutsALineThatIsLongerThanTheLimitAndLosesNothing) {
  LogNode node({.source = {LogSourceConfig::Type::kFiles, "/var/log/app/*.log", {}},
                .directory = "var/log/app",
                .chain = {.max_line_bytes = 1'000}});
  const std::string text(2'500, 'x');
  node.write("big.log", text + "\nafter\n");
  node.drain();
  EXPECT_THAT(
      node.delivered(),
      ElementsAre(
          std::string(1'000, 'x'), std::string(1'000, 'x'), std::string(500, 'x'), "after"));
  EXPECT_EQ(node.account()->delivered_bytes, 2'507U);
  EXPECT_EQ(node.account()->truncated_lines, 2U);
}

TEST(LogReader, CutsALongLineAtTheSamePlaceWhereverItsWritesEnd) {
  LogNode node({.source = {LogSourceConfig::Type::kFiles, "/var/log/app/*.log", {}},
                .directory = "var/log/app",
                .chain = {.max_line_bytes = 1'000}});
  node.write("big.log", std::string(1'700, 'x'));
  node.look();
  const RequestId failed = node.send();
  EXPECT_THAT(texts(node.rewind(failed)), ElementsAre(std::string(1'000, 'x')));
  node.write("big.log", std::string(800, 'x') + "\n");
  node.drain();
  EXPECT_THAT(node.delivered(),
              ElementsAre(std::string(1'000, 'x'), std::string(1'000, 'x'), std::string(500, 'x')));
}

TEST(LogReader, NoRecordIsLongerThanTheLimitHoweverItsLineIsFramed) {
  LogNode node({.chain = {.max_line_bytes = 1'000}});
  const std::string inside_the_frame(2'500,
                                     'x');  // a raw line that is short enough to be read whole
  const std::string beyond_it(200'000, 'y');
  node.write("0.log", cri(inside_the_frame, "F", "stderr") + cri(beyond_it) + cri("after"));
  node.drain();
  std::string text;
  for (const test::SentLine& line : node.all_delivered()) {
    EXPECT_LE(line.text.size(), 1'000U);
    text += line.text;
  }
  EXPECT_EQ(text.size(), inside_the_frame.size() + beyond_it.size() + 5);
  EXPECT_THAT(node.delivered(Stream::kStderr), testing::Not(IsEmpty()));
  EXPECT_EQ(node.account()->delivered_bytes, node.account()->read_bytes);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogReader, ACutLineIsCutAtTheSamePlacesAfterARestart) {
  LogNode node({.chain = {.max_line_bytes = 1'000}});
  node.write("0.log", cri(std::string(3'500, 'x')) + cri("after"));
  node.look();
  node.settle(node.send(1));
  node.save();
  node.restart_agent();
  node.drain();
  std::string text;
  for (const std::string& piece : node.delivered()) {
    text += piece;
  }
  EXPECT_EQ(text, std::string(3'500, 'x') + "after");
}

TEST(LogReader, CutsAJoinedRecordAtTheLimitAndCountsIt) {
  LogNode node({.chain = {.max_line_bytes = 8}});
  node.write("0.log", cri("12345", "P") + cri("67890", "P") + cri("abc", "F"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1234567890", "abc"));
  EXPECT_EQ(node.account()->truncated_lines, 1U);
}

TEST(LogReader, DeliversMalformedLinesAsTheyAreAndCountsThem) {
  LogNode node;
  node.write("0.log", "no time stamp\n" + cri("a") + "2026-11-22 stdout F odd\n");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("no time stamp", "a", "2026-11-22 stdout F odd"));
  EXPECT_EQ(node.account()->malformed_lines, 2U);
}

TEST(LogReader, AMalformedLineEndsAnOpenRecordAndIsNotSwallowedByIt) {
  LogNode node;
  node.write("0.log", cri("torn", "P") + "garbage\n" + cri("next", "F"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("torn", "garbage", "next"));
}

TEST(LogReader, KeepsEmptyLinesNulsAndInvalidUtf8) {
  LogNode node;
  const std::string nul("a\0b", 3);
  node.write("0.log", cri("") + cri(nul) + cri("c\r") + cri("\xff\xfe") + "\n");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("", nul, "c", "\xff\xfe", ""));
}

TEST(LogReader, DeliversALastLineWithoutItsEndOnlyWhenTheFileIsComplete) {
  LogNode node;
  std::string half = cri("half");
  half.pop_back();
  node.write("0.log", cri("a") + half);
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a"));
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("b"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "half", "b"));
}

TEST(LogReader, GoesOnAfterARestartWhereItWas) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.drain();
  node.write("0.log", cri("c"));
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c"));
}

TEST(LogReader, RepeatsAfterAKillOnlyWhatWasInFlight) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b"));
  node.look();
  EXPECT_NE(node.send(), 0U);
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
}

TEST(LogReader, ReadsARotatedFileOnlyOnceOverRestarts) {
  LogNode node;
  node.write("0.log.20261122-143703", cri("a"));
  node.write("0.log", cri("b"));
  for (int i = 0; i < 3; ++i) {
    node.drain();
    node.restart_agent();
  }
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b"));
}

TEST(LogReader, AnotherFileWithTheSameInodeIsReadFromItsStart) {
  LogNode node;
  node.write("0.log", cri("a long first line of the old file"));
  node.drain();
  const std::string contents = cri("x") + cri("a new file, and longer than the old one was");
  // What a filesystem that gives out inodes again makes of unlink and create while nobody looks.
  node.truncate("0.log");
  node.write("0.log", contents);
  node.restart_agent();
  node.drain();
  EXPECT_THAT(
      node.delivered(),
      ElementsAre(
          "a long first line of the old file", "x", "a new file, and longer than the old one was"));
}

TEST(LogReader, ReadsOnInARotatedFileThatGrowsAfterItWasClosed) {
  LogNode node;
  node.write("0.log.20261122-143703", cri("a"));
  node.write("0.log", cri("b"));
  node.drain();
  node.write("0.log.20261122-143703", cri("late"));
  node.drain(15);
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "late"));
}

TEST(LogReader, ReadsOnInAFileThatGrowsBetweenItsEndAndItsClosing) {
  LogNode node;
  node.write("0.log.20261122-143703", cri("a"));
  node.write("0.log", cri("b"));
  node.look();
  node.settle(node.send());
  node.look();  // old and unchanged: the output is done with it
  node.write("0.log.20261122-143703", cri("late"));
  node.drain(15);
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "late"));
}

TEST(LogReader, AFailedRequestIsReadAgainInOrder) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b") + cri("c", "F", "stderr"));
  node.look();
  for (int i = 0; i < 3; ++i) {
    const RequestId failed = node.send();
    ASSERT_NE(failed, 0U);
    EXPECT_EQ(node.send(), 0U) << "one request a container may be in flight";
    EXPECT_THAT(texts(node.rewind(failed)), ElementsAre("a", "b", "c"));
  }
  node.write("0.log", cri("d"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "d"));
  EXPECT_THAT(node.delivered(Stream::kStderr), ElementsAre("c"));
  EXPECT_EQ(node.account()->repeated_lines, 9U);
  EXPECT_EQ(node.account()->delivered_lines, 4U);
}

TEST(LogReader, AnOrderedTransportHasSeveralRequestsOfAFileInFlight) {
  LogNode node({.ordered = true});
  node.write("0.log", cri("a"));
  node.look();
  const RequestId first = node.send();
  node.write("0.log", cri("b"));
  node.look();
  const RequestId second = node.send();
  node.write("0.log", cri("c", "P"));
  node.look();
  EXPECT_EQ(node.send(), 0U);
  ASSERT_NE(second, 0U);
  node.settle(first);
  EXPECT_THAT(texts(node.rewind(second)), ElementsAre("b"));
  node.write("0.log", cri("c2"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "cc2"));
}

TEST(LogReader, AFailureOfAnOrderedTransportPutsBackEveryLaterRequest) {
  LogNode node({.ordered = true});
  std::vector<RequestId> requests;
  for (const char* text : {"a", "b", "c"}) {
    node.write("0.log", cri(text));
    node.look();
    requests.push_back(node.send());
  }
  for (const RequestId request : requests) {
    EXPECT_EQ(node.rewind(request).size(), 1U);
  }
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "b", "c"));
}

TEST(LogReader, GivesASingleLineWhenAskedForOneByte) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b") + cri("c"));
  node.look();
  EXPECT_THAT(texts(node.drop(node.send(1), "http_413")), ElementsAre("a"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("b", "c"));
  EXPECT_EQ(node.account()->dropped().at("http_413").lines, 1U);
}

TEST(LogReader, ADroppedRequestIsCountedAndNotReadAgain) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.look();
  node.drop(node.send(), "too_old");
  node.write("0.log", cri("c"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("c"));
  const Amount dropped = node.account()->dropped().at("too_old");
  EXPECT_EQ(dropped.lines, 2U);
  EXPECT_EQ(dropped.bytes, 2 * cri("a").size());
}

TEST(LogReader, StartAtEndLeavesOutWhatWasThereButNotWhatComes) {
  LogNode node({.source = {LogSourceConfig::Type::kFiles,
                           "/var/log/app/*.log",
                           LogSourceConfig::StartAt::kEnd},
                .directory = "var/log/app"});
  node.drain();  // nothing there: what comes is new
  node.write("new.log", "n1\n");
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("n1"));
}

TEST(LogReader, StartAtEndGoesOnAfterTheLastWholeLineAndKnowsItAfterARestart) {
  LogNode node({.source = {LogSourceConfig::Type::kKubernetes,
                           "/var/log/pods",
                           LogSourceConfig::StartAt::kEnd},
                .files_before = {{"0.log", cri("old") + "2026-11-22T14:36:43Z stdout F ne"}}});
  node.drain();
  EXPECT_THAT(node.delivered(), IsEmpty());
  node.write("0.log", "w\n");
  node.restart_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("new"));
}

}  // namespace
}  // namespace supercargo
