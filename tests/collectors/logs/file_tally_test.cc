#include "collectors/logs/file_tally.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(FileTally, WhatIsWrittenPendsUntilItLands) {
  FileTally tally;
  EXPECT_EQ(tally.grow_to(100), 100U);
  EXPECT_EQ(tally.grow_to(100), 0U);
  EXPECT_EQ(tally.pending(), 100U);
  EXPECT_EQ(tally.take(0, 60, 0), 0U);
  EXPECT_EQ(tally.send(), 60U);
  EXPECT_EQ(tally.to_read(), 40U);
  EXPECT_EQ(tally.pending(), 100U);
  tally.land(60);
  EXPECT_EQ(tally.pending(), 40U);
}

TEST(FileTally, AnOpenPieceIsSentWithTheReadThatEndsIt) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 50, 0);
  tally.hold(20);
  EXPECT_EQ(tally.send(), 30U);
  (void)tally.take(50, 100, 0);
  tally.release(20);
  EXPECT_EQ(tally.send(), 70U);
  EXPECT_EQ(tally.to_read(), 0U);
  EXPECT_EQ(tally.pending(), 100U);
}

TEST(FileTally, ARewindGivesBackWhatIsOpenOrInFlightAndReadingTakesItAgain) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 80, 0);
  tally.hold(10);
  EXPECT_EQ(tally.send(), 70U);
  tally.rewind();
  EXPECT_EQ(tally.to_read(), 100U);
  EXPECT_EQ(tally.take(0, 50, 0), 0U);
  EXPECT_EQ(tally.send(), 50U);
  EXPECT_EQ(tally.to_read(), 50U);
  EXPECT_EQ(tally.pending(), 100U);
}

TEST(FileTally, LinesOfAStreamThatIsAheadPendNoMore) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 100, 0);
  tally.hold(30);
  tally.land(tally.send());
  tally.rewind();  // the open piece, from offset 0 on
  EXPECT_EQ(tally.pending(), 30U);
  EXPECT_EQ(tally.take(0, 100, 70), 0U);
  EXPECT_EQ(tally.send(), 30U);
  EXPECT_EQ(tally.to_read(), 0U);
}

TEST(FileTally, BeginsWithWhatLagsBehind) {
  FileTally tally;
  tally.begin(100, 25);
  EXPECT_EQ(tally.grow_to(140), 40U);
  EXPECT_EQ(tally.pending(), 65U);
  EXPECT_EQ(tally.take(50, 140, 25), 0U);
  EXPECT_EQ(tally.send(), 65U);
}

TEST(FileTally, TellsWhenReadingAgainFindsMoreOrLessThanWasThere) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 100, 0);
  tally.hold(40);
  tally.land(tally.send());
  tally.rewind();
  EXPECT_EQ(tally.take(0, 60, 10), 10U) << "50 of its stream, where 40 were";
  EXPECT_EQ(tally.take_residue(60), 0U) << "not all of it is read yet";
  EXPECT_EQ(tally.send(), 50U);
  tally.rewind();
  EXPECT_EQ(tally.take(0, 100, 80), 0U);
  EXPECT_EQ(tally.take_residue(100), 30U) << "20 of its stream, where 50 were";
  EXPECT_EQ(tally.take_residue(100), 0U);
}

TEST(FileTally, GivesUpWhatIsNotRead) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 60, 0);
  (void)tally.send();
  EXPECT_EQ(tally.give_up(), 40U);
  EXPECT_EQ(tally.pending(), 60U);
  tally.rewind();
  EXPECT_EQ(tally.to_read(), 60U) << "what was read before can be read again";
}

TEST(FileTally, ShrinksToWhatACopyHas) {
  FileTally tally;
  tally.grow_to(100);
  (void)tally.take(0, 80, 0);
  (void)tally.send();
  tally.land(30);
  tally.rewind();
  FileTally shorter = tally;
  EXPECT_EQ(shorter.shrink_to(90), 10U) << "unread";
  EXPECT_EQ(tally.shrink_to(60), 40U) << "unread, or given back";
  EXPECT_EQ(tally.written_to(), 60U);
  EXPECT_EQ(tally.shrink_to(60), 0U);
}

}  // namespace
}  // namespace supercargo
