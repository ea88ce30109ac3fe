#include "collectors/logs/journal.h"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class JournalTest : public testing::Test {
 protected:
  void open(std::uint64_t segment_bytes = 4096) {
    journal_.reset();
    Result<std::unique_ptr<Journal>> opened = Journal::open(tree_.path("j"), sync_, segment_bytes);
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
  journal_->settle(a, Stream::kStderr, 17);
  journal_->set_seen(b, 2'000);
  journal_->set_identity(b, {1, 2, 3, 4});
  flush();
  journal_->settle(a, Stream::kStderr, 18);
  open();  // without a flush
  EXPECT_EQ(settled(a), 0U);
  EXPECT_EQ(settled(a, Stream::kStderr), 17U);
  EXPECT_EQ(settled(b), 5U);
  EXPECT_EQ(journal_->entries().at(b).seen_unix_seconds, 2'000);
  EXPECT_EQ(journal_->entries().at(b).identity.head_hash, 4U);
  EXPECT_EQ(journal_->segments_set_aside(), 0U);
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
    journal_->settle(a, Stream::kStdout, offset);
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
    journal_->settle(a, Stream::kStdout, offset);
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
      journal_->settle(file, Stream::kStdout, round);
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
  EXPECT_FALSE(Journal::open(tree_.path("j"), sync_));
}

// A disk that becomes full: on a small tmpfs of its own.
class JournalOnAFullDisk : public JournalTest {
 protected:
  void SetUp() override {
    tree_.directory("j");
    if (::mount("tmpfs", tree_.path("j").c_str(), "tmpfs", 0, "size=256k") != 0) {
      GTEST_SKIP() << "cannot mount a tmpfs: " << errno;
    }
    mounted_ = true;
  }

  void TearDown() override {
    journal_.reset();
    if (mounted_) {
      (void)::umount2(tree_.path("j").c_str(), MNT_DETACH);
    }
  }

  void fill() const {
    std::ofstream filler(tree_.path("j/filler"), std::ios::binary);
    while (filler.write(std::string(4096, 'x').data(), 4096).flush()) {
    }
  }

  bool mounted_ = false;
};

TEST_F(JournalOnAFullDisk, GoesOnInItsPreallocatedSegmentsForEver) {
  open(16'384);
  const Journal::FileNumber a = add("a");
  flush();
  fill();
  for (std::uint64_t offset = 1; offset < 20'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset);
    flush();
    if (offset % 20 == 0) {
      sync_.sync_all();
    }
  }
  open(16'384);
  EXPECT_EQ(settled(a), 19'999U);
}

TEST_F(JournalOnAFullDisk, FailsWithoutASyncAndRecoversAfterIt) {
  open(16'384);
  const Journal::FileNumber a = add("a");
  flush();
  fill();
  std::uint64_t offset = 1;
  for (; offset < 10'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset);
    if (!journal_->flush()) {
      break;
    }
  }
  ASSERT_LT(offset, 10'000U) << "nothing was synced: the segment is full";
  for (int i = 0; i < 3; ++i) {
    sync_.sync_all();
    (void)journal_->flush();
  }
  flush();
  open(16'384);
  EXPECT_EQ(settled(a), offset);
}

}  // namespace
}  // namespace supercargo
