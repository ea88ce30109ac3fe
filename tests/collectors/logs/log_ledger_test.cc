// The ledger's equation through the lives of log files: every byte is in one term, and in the right
// one. LogNode checks after each step that the terms add up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;

const std::size_t kLine = cri("a").size();
const std::size_t kErrLine = cri("a", "F", "stderr").size();

TEST(LogLedger, WrittenIsWhatTheFileGrewByAndPendsUntilItIsDelivered) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b", "P") + "half a line");
  node.look();
  EXPECT_EQ(node.account()->written_bytes, 2 * kLine + 11);
  EXPECT_EQ(node.account()->pending_bytes, 2 * kLine + 11);
  node.settle(node.send());
  EXPECT_EQ(node.account()->delivered_bytes, kLine);
  EXPECT_EQ(node.account()->pending_bytes, kLine + 11) << "the open record, and what has no end";
  EXPECT_EQ(node.account()->written_bytes, 2 * kLine + 11);
}

TEST(LogLedger, WhatIsRefusedIsDroppedAndPendsNoMore) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.look();
  node.drop(node.send(), "refused");
  EXPECT_EQ(node.account()->dropped().at("refused").bytes, 2 * kLine);
  EXPECT_EQ(node.account()->dropped().at("refused").lines, 2U);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogLedger, AFailedRequestPendsAgainAndItsRepeatIsNoDelivery) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  for (int i = 0; i < 3; ++i) {
    node.look();
    node.rewind(node.send());
    EXPECT_EQ(node.account()->pending_bytes, 2 * kLine);
  }
  node.drain();
  EXPECT_EQ(node.account()->written_bytes, 2 * kLine);
  EXPECT_EQ(node.account()->delivered_bytes, 2 * kLine);
  EXPECT_EQ(node.account()->repeated_bytes, 6 * kLine);
}

TEST(LogLedger, PendingIsExactWhileAStreamIsReadAgainBehindTheOther) {
  LogNode node;
  node.write("0.log", cri("open", "P"));
  for (int i = 0; i < 5; ++i) {
    node.write("0.log", cri("e", "F", "stderr"));
  }
  node.drain();
  EXPECT_EQ(node.account()->pending_bytes, cri("open").size());
  node.write("0.log", cri("a", "F", "stderr"));
  node.look();
  node.rewind(node.send());  // stdout from its start, stderr where it was
  const std::size_t pending = cri("open").size() + kErrLine;
  EXPECT_EQ(node.account()->pending_bytes, pending);
  for (int i = 0; i < 8; ++i) {  // a line at a time, most of them settled long ago
    if (const RequestId request = node.send(1)) {
      EXPECT_EQ(node.account()->pending_bytes, pending);
      node.settle(request);
    }
  }
  EXPECT_EQ(node.account()->pending_bytes, cri("open").size());
  EXPECT_EQ(node.account()->repeated_bytes, kErrLine);
}

TEST(LogLedger, AnOpenRecordOverARotationPendsInBothFiles) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("c", "P"));
  node.drain();
  EXPECT_EQ(node.account()->pending_bytes, 2 * kLine);
  node.write("0.log", cri("d"));
  node.look();
  const RequestId request = node.send();
  EXPECT_EQ(node.account()->pending_bytes, 3 * kLine);
  node.rewind(request);
  EXPECT_EQ(node.account()->pending_bytes, 3 * kLine);
  node.drain();
  EXPECT_EQ(node.account()->pending_bytes, 0U);
  EXPECT_EQ(node.account()->delivered_bytes, 4 * kLine);
}

TEST(LogLedger, LinesInSeveralRequestsPendTillEachIsAnswered) {
  LogNode node({.ordered = true});
  std::vector<RequestId> requests;
  for (const char* text : {"a", "b", "c"}) {
    node.write("0.log", cri(text));
    node.look();
    requests.push_back(node.send());
  }
  EXPECT_EQ(node.account()->pending_bytes, 3 * kLine);
  node.settle(requests[0]);
  EXPECT_EQ(node.account()->pending_bytes, 2 * kLine);
  node.rewind(requests[1]);
  node.rewind(requests[2]);
  EXPECT_EQ(node.account()->pending_bytes, 2 * kLine);
  EXPECT_EQ(node.account()->delivered_bytes, kLine);
}

TEST(LogLedger, WhatStartAtEndLeavesOutIsWrittenAndDropped) {
  LogNode node({.source = {LogSourceConfig::Type::kKubernetes,
                           "/var/log/pods",
                           LogSourceConfig::StartAt::kEnd},
                .files_before = {{"0.log", cri("a") + cri("b")}}});
  EXPECT_EQ(node.account()->written_bytes, 2 * kLine);
  EXPECT_EQ(node.account()->dropped().at("start_at_end").bytes, 2 * kLine);
  node.write("0.log", cri("c"));
  node.drain();
  EXPECT_EQ(node.account()->written_bytes, 3 * kLine);
  EXPECT_EQ(node.account()->delivered_bytes, kLine);
}

TEST(LogLedger, AfterARestartTheCursorIsTheBaseline) {
  LogNode node;
  node.write("0.log", cri("a") + cri("b"));
  node.drain();
  node.write("0.log", cri("c"));
  node.restart_agent();
  EXPECT_EQ(node.account()->written_bytes, kLine);
  EXPECT_EQ(node.account()->pending_bytes, kLine);
}

TEST(LogLedger, AfterARestartOnlyLinesOfTheStreamThatLagsPendBelowTheOther) {
  LogNode node;
  node.write("0.log",
             cri("open", "P") + cri("e", "F", "stderr") + cri("more", "P") +
                 cri("e", "F", "stderr") + cri("e", "F", "stderr"));
  node.drain();
  node.write("0.log", cri("e", "F", "stderr"));
  node.restart_agent();
  const std::size_t pending = 2 * cri("open").size() + kErrLine;
  EXPECT_EQ(node.account()->written_bytes, pending);
  EXPECT_EQ(node.account()->pending_bytes, pending);
  node.drain();
  EXPECT_EQ(node.account()->pending_bytes, 2 * cri("open").size());
  EXPECT_EQ(node.account()->delivered_bytes, kErrLine);
}

TEST(LogLedger, AReloadChangesNoTermOfTheAccount) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b") + cri("c", "P") + cri("e", "F", "stderr"));
  node.look();
  ASSERT_NE(node.send(), 0U);  // never answered
  const LedgerTerms before = node.account()->terms();
  node.reload_agent();
  const LedgerTerms after = node.account()->terms();
  EXPECT_EQ(after.written_bytes, before.written_bytes);
  EXPECT_EQ(after.pending_bytes, before.pending_bytes);
  EXPECT_EQ(after.delivered.bytes, before.delivered.bytes);
}

TEST(LogLedger, WhatIsGoneAfterAReloadIsLost) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b"));
  node.look();
  node.truncate("0.log");
  node.reload_agent();
  EXPECT_EQ(node.account()->pending_bytes, kLine);
  node.look(Milliseconds(50'000));
  EXPECT_THAT(node.account()->lost(), testing::IsEmpty());
  node.look(Milliseconds(20'000));
  EXPECT_EQ(node.account()->lost().at("gone_during_reload").bytes, kLine);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
  EXPECT_EQ(node.account()->written_bytes, 2 * kLine);
}

TEST(LogLedger, WhatATruncationTakesIsLostButNotWhatIsInFlight) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.look();
  const RequestId request = node.send();
  node.write("0.log", cri("b") + cri("c", "P"));
  node.look();
  node.truncate("0.log");
  node.look();
  EXPECT_EQ(node.account()->pending_bytes, 3 * kLine) << "an answer is awaited";
  node.settle(request);
  node.look();
  EXPECT_EQ(node.account()->delivered_bytes, kLine);
  EXPECT_EQ(node.account()->lost().at("truncated").bytes, 2 * kLine);
  EXPECT_EQ(node.account()->gaps().at("truncated"), 1U);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogLedger, ARecordOfWhichAPieceIsGoneIsLostAndNotSentInParts) {
  LogNode node;
  node.write("0.log", cri("a") + cri("first", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("last") + cri("b"));
  node.look();
  node.truncate("0.log.20261122-143703");  // after the last look
  const RequestId request = node.send();
  EXPECT_THAT(node.account()->lost(), testing::IsEmpty()) << "it would be read again";
  node.settle(request);
  EXPECT_EQ(node.account()->lost().at("truncated").bytes, cri("first").size() + cri("last").size());
  EXPECT_EQ(node.account()->lost().at("truncated").lines, 2U);
  node.drain();
  EXPECT_THAT(node.delivered(), testing::ElementsAre("a", "b"));
  EXPECT_EQ(node.account()->gaps().at("truncated"), 1U);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
}

TEST(LogLedger, ARecordOfWhichAPieceIsGoneIsReadAgainAfterAFailure) {
  LogNode node;
  node.write("0.log", cri("first", "P"));
  node.drain();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", cri("last") + cri("b"));
  node.look();
  node.truncate("0.log.20261122-143703");
  node.rewind(node.send());
  node.drain();
  EXPECT_THAT(node.delivered(), testing::ElementsAre("last", "b"));
  EXPECT_EQ(node.account()->lost().at("truncated").bytes, cri("first").size());
}

TEST(LogLedger, ATruncationBehindWhatWasReadIsSeenToo) {
  LogNode node;
  node.write("0.log", cri("a"));
  node.drain();
  node.write("0.log", cri("b") + cri("b") + cri("b"));
  node.look();  // seen, and not read
  node.truncate("0.log");
  node.write("0.log", cri("x") + cri("y"));  // longer than what was read
  node.drain();
  EXPECT_EQ(node.account()->lost().at("truncated").bytes, 3 * kLine);
  EXPECT_EQ(node.account()->delivered_bytes, 3 * kLine);
  EXPECT_THAT(node.delivered(), testing::ElementsAre("a", "x", "y"));
}

TEST(LogLedger, TheOldestPendingByteIsAsOldAsItWasFirstSeen) {
  LogNode node;
  node.write("0.log", cri("a") + cri("open", "P"));
  node.look();
  const SteadyTime first = node.now();
  node.look(Milliseconds(10'000));
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()), 10);
  node.settle(node.send());
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()), 10) << "the open record";
  node.write("0.log", cri("e", "F", "stderr") + cri(" closed"));
  node.look(Milliseconds(5'000));
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()),
            std::chrono::duration<double>(node.now() - first).count());
  node.write("0.log", cri("b"));
  const RequestId request = node.send();
  node.look(Milliseconds(3'000));
  node.settle(request);
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()), 0) << "only the last line";
  node.look(Milliseconds(2'000));
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()), 2);
  node.drain();
  EXPECT_EQ(node.account()->oldest_pending_seconds(node.now()), 0);
}

}  // namespace
}  // namespace supercargo
