#include "collectors/logs/journal.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class JournalTest : public testing::Test {
 protected:
  void open(const std::string& boot_id = {}) {
    journal_.reset();
    Result<std::unique_ptr<Journal>> opened =
        Journal::open(tree_.path("j"), sync_, {boot_id, 4096});
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }

  Journal::FileNumber add(const std::string& chain, std::uint64_t offset = 0) {
    return journal_->add({chain, {}, {offset, offset}, 1'000});
  }

  void flush() {
    const Status status = journal_->flush();
    ASSERT_TRUE(status) << status.error().message;
  }

  [[nodiscard]] std::uint64_t settled(Journal::FileNumber file,
                                      Stream stream = Stream::kStdout) const {
    return journal_->entries().at(file).settled[static_cast<std::size_t>(stream)];
  }

  TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, StartsEmptyAndMakesItsDirectoryAndBothFiles) {
  open();
  EXPECT_THAT(journal_->entries(), IsEmpty());
  EXPECT_EQ(std::filesystem::file_size(tree_.path("j/journal.0")), 4096U);
  EXPECT_EQ(std::filesystem::file_size(tree_.path("j/journal.1")), 4096U);
}

TEST_F(JournalTest, RemembersWhatWasFlushed) {
  open();
  const Journal::FileNumber a = add("a");
  const Journal::FileNumber b = add("b", 5);
  flush();
  journal_->settle(a, Stream::kStderr, 17, {});
  journal_->set_seen(b, 2'000);
  journal_->set_identity(b, {1, 2, 3, 4});
  flush();
  journal_->settle(a, Stream::kStderr, 18, {});
  open();  // without a flush
  EXPECT_EQ(settled(a), 0U);
  EXPECT_EQ(settled(a, Stream::kStderr), 17U);
  EXPECT_EQ(settled(b), 5U);
  EXPECT_EQ(journal_->entries().at(b).seen_unix_seconds, 2'000);
  EXPECT_EQ(journal_->entries().at(b).identity.head_hash, 4U);
  EXPECT_EQ(journal_->segments_set_aside(), 0U);
}

TEST_F(JournalTest, RemembersWhatStoodBeforeEachOffsetAndThatAFileIsFinished) {
  open();
  const Journal::FileNumber a = add("a");
  const Journal::FileNumber b = add("b");
  flush();
  journal_->settle(a, Stream::kStdout, 17, {17, 0xaa});
  journal_->settle(a, Stream::kStderr, 9, {9, 0xbb});
  journal_->set_finished(b, true);
  flush();
  open();
  const journal::Entry& entry = journal_->entries().at(a);
  EXPECT_THAT(entry.settled, ElementsAre(17U, 9U));
  EXPECT_THAT(entry.tails, ElementsAre(TailMark{17, 0xaa}, TailMark{9, 0xbb}));
  EXPECT_FALSE(entry.finished);
  EXPECT_TRUE(journal_->entries().at(b).finished);
  journal_->set_finished(b, false);
  flush();
  open();
  EXPECT_FALSE(journal_->entries().at(b).finished) << "it has grown again";
}

TEST_F(JournalTest, TheSameOffsetWithAnotherTailIsWrittenToo) {
  open();
  const Journal::FileNumber a = add("a");
  flush();
  journal_->settle(a, Stream::kStdout, 17, {});
  flush();
  journal_->settle(a, Stream::kStdout, 17, {17, 0xaa});
  flush();
  open();
  EXPECT_EQ(journal_->entries().at(a).tails[0], (TailMark{17, 0xaa}));
}

TEST_F(JournalTest, IsNewUntilItHasBegunOnce) {
  open();
  EXPECT_TRUE(journal_->is_new());
  open();
  EXPECT_FALSE(journal_->is_new()) << "an empty state is one";
}

TEST_F(JournalTest, TellsAfterARebootOfTheHost) {
  open("boot-a");
  EXPECT_FALSE(journal_->rebooted()) << "new";
  open("boot-a");
  EXPECT_FALSE(journal_->rebooted());
  open("boot-b");
  EXPECT_TRUE(journal_->rebooted());
  open("boot-b");
  EXPECT_FALSE(journal_->rebooted());
}

TEST_F(JournalTest, WhereABootIsUnknownNoRebootIsTold) {
  open("boot-a");
  open("");
  EXPECT_FALSE(journal_->rebooted());
  open("boot-b");
  EXPECT_FALSE(journal_->rebooted());
}

TEST_F(JournalTest, AFileForgottenIsGoneAndItsNumberIsNotGivenOutAgain) {
  open();
  const Journal::FileNumber a = add("a");
  flush();
  journal_->forget(a);
  journal_->forget(a);
  flush();
  open();
  EXPECT_THAT(journal_->entries(), IsEmpty());
  EXPECT_GT(add("b"), a);
}

TEST_F(JournalTest, TellsWhichEntriesOfAChainNobodyHasClaimed) {
  open();
  const Journal::FileNumber a = add("chain");
  const Journal::FileNumber b = add("chain");
  add("other");
  flush();
  EXPECT_THAT(journal_->unclaimed("chain"), IsEmpty()) << "add() claims";
  open();
  EXPECT_THAT(journal_->unclaimed("chain"), UnorderedElementsAre(a, b));
  journal_->claim(a);
  EXPECT_THAT(journal_->unclaimed("chain"), ElementsAre(b));
  journal_->release(a);
  EXPECT_THAT(journal_->unclaimed("chain"), UnorderedElementsAre(a, b));
}

TEST_F(JournalTest, ForgetsOnlyOldEntriesThatNobodyClaims) {
  open();
  add("old");
  const Journal::FileNumber seen = add("seen");
  const Journal::FileNumber claimed = add("claimed");
  journal_->set_seen(seen, 5'000);
  flush();
  open();
  journal_->claim(claimed);
  journal_->forget_unclaimed_before(3'000);
  EXPECT_THAT(journal_->entries(), UnorderedElementsAre(testing::Key(seen), testing::Key(claimed)));
}

TEST_F(JournalTest, SwitchesSegmentsOnlyAfterASyncAndKeepsEverything) {
  open();
  const Journal::FileNumber a = add("a");
  const Journal::FileNumber b = add("b", 1);
  for (std::uint64_t offset = 1; offset < 1'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset, {});
    flush();
    if (offset % 10 == 0) {
      sync_.sync_all();
    }
  }
  EXPECT_EQ(std::filesystem::file_size(tree_.path("j/journal.0")), 4096U);
  EXPECT_EQ(std::filesystem::file_size(tree_.path("j/journal.1")), 4096U);
  open();
  EXPECT_EQ(settled(a), 999U);
  EXPECT_EQ(settled(b), 1U);
}

TEST_F(JournalTest, WithoutASyncItGrowsInsteadOfOverwritingTheOtherSegment) {
  open();
  const Journal::FileNumber a = add("a");
  for (std::uint64_t offset = 1; offset < 1'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset, {});
    flush();
  }
  EXPECT_GT(std::filesystem::file_size(tree_.path("j/journal.0")), 4096U);
  open();
  EXPECT_EQ(settled(a), 999U);
}

TEST_F(JournalTest, AStateLargerThanASegmentIsKeptToo) {
  open();
  std::vector<Journal::FileNumber> files;
  files.reserve(500);
  for (int i = 0; i < 500; ++i) {
    files.push_back(add("/var/log/pods/a_rather_long_name/" + std::to_string(i)));
  }
  flush();
  for (std::uint64_t round = 1; round < 30; ++round) {
    for (const Journal::FileNumber file : files) {
      journal_->settle(file, Stream::kStdout, round, {});
    }
    flush();
    sync_.sync_all();
  }
  open();
  EXPECT_EQ(journal_->entries().size(), 500U);
  EXPECT_EQ(settled(files.front()), 29U);
}

TEST_F(JournalTest, AfterADamagedSegmentTheGoodOneIsNotOverwrittenBeforeTheNextCounts) {
  open();
  const Journal::FileNumber a = add("a", 3);
  flush();
  sync_.sync_all();
  open();  // generation 2 in journal.1; journal.0 still holds generation 1
  journal_.reset();
  {
    std::fstream file(tree_.path("j/journal.1"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(3);
    file.put('x');
  }
  const std::string good = tree_.read("j/journal.0");
  open();
  EXPECT_EQ(journal_->segments_set_aside(), 1U);
  EXPECT_EQ(settled(a), 3U);
  EXPECT_EQ(tree_.read("j/journal.0"), good);
}

TEST_F(JournalTest, FailsWhenItsDirectoryCannotBeMade) {
  tree_.file("j", "a file");
  EXPECT_FALSE(Journal::open(tree_.path("j"), sync_, {}));
}

}  // namespace
}  // namespace supercargo
