// What an agent knows of its files over cuts, restarts and time: S7, S8, S13 to S15.

#include <algorithm>

#include "collectors/logs/journal.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using test::SentLine;
using testing::ElementsAre;
using testing::IsEmpty;

using S07Copytruncate = test::LogScenario;
using S08RotatedGzip = test::LogScenario;
using S13InodeReuse = test::LogScenario;
using S14RestartDuplicates = test::LogScenario;
using S15ReadFromTheStartAgain = test::LogScenario;

// The head of a plain file tells it from others when it is as long as that.
const std::string kTelling(2'000, 't');

SUPERCARGO_ALL_FORMATS(S07Copytruncate);

TEST_P(S07Copytruncate, ACutFileIsReadFromItsStartAndTheCutIsAGap) {
  start();
  write(line("a") + line("b"));
  node().drain();
  node().truncate(current());
  write(line("c"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(node().account()->gaps().at("truncated"), 1U);
  EXPECT_THAT(node().account()->lost(), IsEmpty());
}

TEST_P(S07Copytruncate, AlsoWhenItGrewBeyondItsOldSizeBetweenTwoLooks) {
  start();
  write(line("a") + line("b"));
  node().drain();
  node().truncate(current());
  write(line("a new beginning") + line("and more than there was before") + line("of it"));
  node().drain();
  EXPECT_THAT(delivered(),
              ElementsAre("a", "b", "a new beginning", "and more than there was before", "of it"));
  EXPECT_EQ(node().account()->gaps().at("truncated"), 1U);
}

TEST_P(S07Copytruncate, WhatWasSeenAndCutBeforeItWasReadIsLostToTheByte) {
  start();
  const std::string read = line("read");
  const std::string seen = line("seen") + line("never read");
  write(read);
  node().drain();
  write(seen);
  node().look();
  node().truncate(current());
  node().look();
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("read"));
  EXPECT_EQ(node().account()->lost().at("truncated").bytes, seen.size());
  EXPECT_EQ(node().account()->written_bytes, read.size() + seen.size());
}

SUPERCARGO_ALL_FORMATS(S08RotatedGzip);

TEST_P(S08RotatedGzip, IsContinuedAtItsOffsetAfterADowntimeAndNeverReadAgain) {
  start();
  write(line(kTelling) + line("a"));
  node().drain();
  node().kill_agent();
  write(line("b"));
  node().gzip(rotate());
  write(line("c"));
  node().start_agent();
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre(kTelling, "a", "b", "c"));
  for (int restart = 0; restart < 2; ++restart) {
    node().restart_agent();
    node().drain(/*quiet_looks=*/12);
  }
  EXPECT_EQ(delivered().size(), 4U) << "nor is it read again";
  EXPECT_THAT(node().account()->gaps(), IsEmpty());
}

TEST_P(S08RotatedGzip, AHalfWrittenOneIsLeftAloneWhileItsOriginalIsThere) {
  start();
  write(line(kTelling) + line("a"));
  node().drain();
  node().kill_agent();
  write(line("b"));
  const std::string rotated = rotate();
  const std::string whole = test::gzip_of(line(kTelling) + line("a") + line("b"));
  node().write(rotated + ".tmp", whole.substr(0, whole.size() / 2));
  write(line("c"));
  node().start_agent();
  node().drain();
  node().unlink(rotated + ".tmp");
  node().gzip(rotated);
  node().drain(/*quiet_looks=*/12);
  EXPECT_THAT(delivered(), ElementsAre(kTelling, "a", "b", "c"));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S13InodeReuse);

// A peer ignored such files for a day.
TEST_P(S13InodeReuse, AnOffsetBeyondTheSizeMeansANewFileAndNothingIsSkipped) {
  start();
  write(line(kTelling) + line("old"));
  node().drain();
  node().kill_agent();
  node().truncate(current());  // unlinked, and its inode given out again
  write(line("x"));
  node().start_agent();
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre(kTelling, "old", "x"));
  EXPECT_EQ(node().account()->gaps().at("truncated"), 1U);
}

TEST_P(S13InodeReuse, ALargerFileWithAnotherBeginningIsReadWhole) {
  start();
  write(line("old"));
  node().drain();
  node().kill_agent();
  node().truncate(current());
  write(line("x") + line(kTelling));
  node().start_agent();
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("old", "x", kTelling));
}

SUPERCARGO_ALL_FORMATS(S14RestartDuplicates);

// At most what was in flight, and what was settled in the last 100 ms.
TEST_P(S14RestartDuplicates, AKillRepeatsAtMostWhatWasInFlightAndTheLastTenthOfASecond) {
  start();
  write(line("saved"));
  node().look();
  node().settle(node().send());
  node().look(Milliseconds(100));
  EXPECT_EQ(node().send(), 0U);  // a tenth of a second after the last save: it is due again
  write(line("just settled") + line("in flight"));
  node().look(Milliseconds(100));
  node().settle(node().send(/*max_bytes=*/1));
  const RequestId in_flight = node().send();
  ASSERT_NE(in_flight, 0U);
  node().restart_agent();  // as kill -9: nothing more is saved
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("saved", "just settled", "just settled", "in flight"));
}

TEST_P(S14RestartDuplicates, ARepeatHasTheIdTimeAndTextOfTheFirstDelivery) {
  start();
  write(line("a") + line("b"));
  node().look();
  const std::vector<SentLine> first = node().rewind(node().send());
  node().restart_agent();
  node().look();
  const std::vector<SentLine> repeat = node().settle(node().send());
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(repeat.size(), 2U);
  EXPECT_NE(first[0].id, first[1].id);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(first[i].id, repeat[i].id);
    EXPECT_EQ(first[i].text, repeat[i].text);
    if (GetParam() != LogFormat::kPlain) {  // which has no time of its own
      EXPECT_EQ(first[i].time_ns, repeat[i].time_ns);
    }
  }
}

TEST_P(S14RestartDuplicates, AnOrderlyRestartRepeatsNothing) {
  start();
  for (const char* text : {"a", "b", "c"}) {
    write(line(text));
    node().drain();
    node().restart_agent();
  }
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "b", "c"));
}

SUPERCARGO_ALL_FORMATS(S15ReadFromTheStartAgain);

// A peer forgets a file that was not written to for a while, and reads all of it again.
TEST_P(S15ReadFromTheStartAgain, WhatIsKnownOfAQuietFileStaysWhileTheFileIsThere) {
  start();
  write(line("old"));
  node().look();
  rotate();
  write(line("quiet"));
  node().drain(/*quiet_looks=*/15);
  node().kill_agent();
  SyncThread sync(Milliseconds(5), {});
  {  // the agent was last started a month ago
    const auto journal = *Journal::open(node().tree.path("data/out"), sync, {});
    ASSERT_EQ(journal->entries().size(), 2U);
    for (const auto& [number, entry] : journal::Entries(journal->entries())) {
      journal->set_seen(number, entry.seen_unix_seconds - std::int64_t{30} * 86'400);
    }
    ASSERT_TRUE(journal->flush());
  }
  for (int restart = 0; restart < 2; ++restart) {
    node().start_agent();
    node().drain();
    for (int hour = 0; hour < 4; ++hour) {
      node().look(std::chrono::minutes(61));
      node().save();
    }
    node().kill_agent();
  }
  node().start_agent();
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("old", "quiet"));
}

// After a month of reading, a volume that is away for two hours must not cost its cursors.
TEST(S15CursorsOfALongRun, AreKeptAWeekFromWhenTheirFilesWereLastThere) {
  constexpr std::int64_t kDay = 86'400;
  const test::TempTree tree;
  SyncThread sync(Milliseconds(5), {});
  const auto journal = *Journal::open(tree.path("journal"), sync, {});
  const Journal::FileNumber read = journal->add({"chain", {}, {7, 7}, /*seen_unix_seconds=*/0});
  journal->see_claimed(30 * kDay);
  journal->release(read);
  journal->forget_unclaimed_before(29 * kDay);
  EXPECT_EQ(journal->entries().size(), 1U);
  journal->see_claimed(40 * kDay);  // nobody has claimed it
  journal->forget_unclaimed_before(39 * kDay);
  EXPECT_EQ(journal->entries().size(), 0U);
}

}  // namespace
}  // namespace supercargo
