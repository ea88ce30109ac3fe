#include "collectors/logs/chain_reader.h"

#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/file_identity.h"
#include "tests/collectors/logs/collecting_sender.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::SentLine;
using testing::ElementsAre;
using testing::IsEmpty;

// A reader whose list of files, sizes and time are in the test's hands.
class ChainReaderTest : public testing::Test {
 protected:
  void SetUp() override { start(); }

  // With the account of an earlier reader, or a new one.
  void start(std::shared_ptr<ContainerAccount> account = nullptr) {
    reader_.reset();
    journal_.reset();
    journal_ =
        *Journal::open(tree_.path("journal"), sync_, {.segment_bytes = std::uint64_t{16} << 10});
    account_ = account ? account : std::make_shared<ContainerAccount>("out", *container_);
    reader_ =
        std::make_unique<ChainReader>(1, "chain", ChainOptions{}, account_, *journal_, inflaters_);
  }

  std::shared_ptr<LogFile> open(const std::string& name, int flags = O_RDONLY) {
    return *open_log_file(
        *open_at(AT_FDCWD, tree_.path(name).c_str(), flags), LogFormat::kCri, container_, false);
  }

  void list(std::vector<std::shared_ptr<LogFile>> files,
            std::vector<std::uint64_t> closed_inodes = {}) {
    reader_->update(
        {"chain", std::move(files), std::move(closed_inodes), /*complete=*/true}, 0, now_);
  }

  void observe(Milliseconds later = Milliseconds(0)) {
    now_ += later;
    reader_->observe(now_);
    (void)account();
  }

  // As it is now; its terms add up.
  const ContainerAccount& account() {
    reader_->post_account();
    EXPECT_EQ(reader_->account().terms().difference(), 0);
    EXPECT_EQ(account_->terms().difference(), 0);
    return *account_;
  }

  // Texts of one request of all that can be read.
  std::vector<std::string> send(RequestId request) {
    while (reader_->readable_bytes() > 0 && reader_->may_read(request, sender_.ordered()) &&
           reader_->read(request, 4'096, scratch_, sender_) > 0) {
    }
    sender_.send(request);
    std::vector<std::string> texts;
    for (const SentLine& line : sender_.take(request)) {
      texts.push_back(line.text);
    }
    return texts;
  }

  test::TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::shared_ptr<const ContainerInfo> container_ = std::make_shared<ContainerInfo>();
  std::shared_ptr<ContainerAccount> account_;
  std::unique_ptr<Journal> journal_;
  InflaterPool inflaters_;
  std::unique_ptr<ChainReader> reader_;
  test::CollectingSender sender_;
  ReadScratch scratch_;
  SteadyTime now_{std::chrono::seconds(1'000)};
};

TEST_F(ChainReaderTest, WhatWasWrittenBeforeTheRotationComesFirstAlsoWhenItsSizeIsNotKnownYet) {
  tree_.file("old", cri("a"));
  tree_.file("new", "");
  const auto old_file = open("old");
  const auto new_file = open("new");
  list({old_file, new_file});
  observe();
  EXPECT_THAT(send(1), ElementsAre("a"));
  reader_->settle(1);
  tree_.append("old", cri("b"));
  tree_.append("new", cri("c"));
  new_file->update_size();  // discovery looked at the old file just before
  observe();
  EXPECT_THAT(send(2), ElementsAre("b", "c"));
}

TEST_F(ChainReaderTest, AYoungerFileWaitsForTheLastLineOfTheOlderOne) {
  tree_.file("old", cri("a") + "2026-11-22T14:36:43Z stdout F ha");
  tree_.file("new", cri("c"));
  list({open("old"), open("new")});
  observe();
  EXPECT_THAT(send(1), ElementsAre("a"));
  reader_->settle(1);
  EXPECT_EQ(reader_->readable_bytes(), 0U) << "nothing to spin about";
  tree_.append("old", "lf\n");
  observe(Milliseconds(1'000));
  observe(Milliseconds(1'000));
  EXPECT_THAT(send(2), ElementsAre("half", "c"));
}

TEST_F(ChainReaderTest, ALineThatIsCompletedJustAfterTheReadIsNotOverlooked) {
  tree_.file("0.log", "2026-11-22T14:36:43Z stdout F ha");
  const auto file = open("0.log");
  list({file});
  observe();
  EXPECT_EQ(reader_->read(1, 4'096, scratch_, sender_), 0U);
  EXPECT_EQ(reader_->readable_bytes(), 0U);
  tree_.append("0.log", "lf\n");
  file->update_size();
  EXPECT_GT(reader_->readable_bytes(), 0U);
  EXPECT_THAT(send(1), ElementsAre("half"));
}

// Else what a receiver refuses together would come together again, however low the bound.
TEST_F(ChainReaderTest, ALineAboveTheBoundIsReadAloneAndFirst) {
  const std::string large(10'000, 'x');
  tree_.file("0.log", cri(large) + cri("a") + cri("b"));
  list({open("0.log")});
  observe();
  for (const std::string& expected : {large, std::string("a")}) {
    EXPECT_GT(reader_->read(1, expected.size(), scratch_, sender_), expected.size());
    sender_.send(1);
    const std::vector<SentLine> lines = sender_.take(1);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].text, expected);
  }
}

TEST_F(ChainReaderTest, AFileThatCannotBeReadIsGivenUpOnlyWhenItIsComplete) {
  tree_.file("0.log", cri("a"));
  const auto file = open("0.log", O_WRONLY);
  list({file});
  observe();
  EXPECT_EQ(reader_->read(1, 4'096, scratch_, sender_), 0U);
  EXPECT_EQ(reader_->readable_bytes(), 0U) << "it must not spin";
  EXPECT_THAT(account().lost(), IsEmpty());
  tree_.remove("0.log");
  file->update_size();
  observe(Milliseconds(2'000));
  EXPECT_EQ(reader_->read(1, 4'096, scratch_, sender_), 0U);
  EXPECT_EQ(account().lost().at("read_error").bytes, cri("a").size());
  observe();
  EXPECT_EQ(file->finished_by(), 1U);
}

TEST_F(ChainReaderTest, AFinishedFileThatGrowsIsReadOnWhileItIsStillOpen) {
  tree_.file("old", cri("a"));
  tree_.file("new", cri("x"));
  const auto old_file = open("old");
  list({old_file, open("new")});
  observe();
  (void)send(1);
  reader_->settle(1);
  observe(Milliseconds(1'000));
  EXPECT_EQ(old_file->finished_by(), 1U);
  tree_.append("old", cri("late"));
  old_file->update_size();
  observe();
  EXPECT_EQ(old_file->finished_by(), 0U);
  EXPECT_THAT(send(2), ElementsAre("late"));
}

TEST_F(ChainReaderTest, AFileThatWasClosedAndOpenedBetweenTwoListsIsGoneOnWith) {
  tree_.file("old", cri("a"));
  tree_.file("new", cri("x"));
  const auto new_file = open("new");
  list({open("old"), new_file});
  observe();
  (void)send(1);
  reader_->settle(1);
  observe(Milliseconds(1'000));  // finished
  tree_.append("old", cri("late"));
  list({open("old"), new_file});
  observe();
  EXPECT_THAT(send(2), ElementsAre("late"));
}

TEST_F(ChainReaderTest, TheEntryOfAClosedFileStaysWhileTheFileIsThere) {
  tree_.file("old", cri("a"));
  tree_.file("new", cri("x"));
  const auto old_file = open("old");
  const auto new_file = open("new");
  list({old_file, new_file});
  observe();
  (void)send(1);
  reader_->settle(1);
  observe(Milliseconds(1'000));
  list({new_file}, {old_file->inode()});
  EXPECT_EQ(journal_->entries().size(), 2U);
  list({new_file});
  observe(Milliseconds(5'000));
  EXPECT_EQ(journal_->entries().size(), 2U) << "its .gz may still show up";
  list({new_file});
  EXPECT_EQ(journal_->entries().size(), 1U);
}

TEST_F(ChainReaderTest, AChainThatIsNotListedIsDoneWhenAllOfItIsSettled) {
  tree_.file("0.log", cri("a"));
  const auto file = open("0.log");
  list({file});
  observe();
  (void)send(1);
  tree_.remove("0.log");
  file->update_size();
  reader_->unlist();
  observe(Milliseconds(1'000));
  EXPECT_FALSE(reader_->done()) << "in flight";
  reader_->settle(1);
  observe(Milliseconds(1'000));
  EXPECT_TRUE(reader_->done());
  EXPECT_THAT(journal_->entries(), IsEmpty());
}

TEST_F(ChainReaderTest, AfterATruncationWhatIsInFlightIsSettledBeforeTheNewTextIsRead) {
  tree_.file("0.log", cri("a") + cri("b"));
  const auto file = open("0.log");
  list({file});
  observe();
  (void)send(1);
  std::filesystem::resize_file(tree_.path("0.log"), 0);
  tree_.append("0.log", cri("c"));
  file->update_size();
  observe();
  EXPECT_EQ(reader_->readable_bytes(), 0U);
  reader_->settle(1);
  EXPECT_EQ(account().delivered_lines, 2U);
  observe();
  EXPECT_THAT(send(2), ElementsAre("c"));
  reader_->settle(2);
  EXPECT_EQ(account().delivered_lines, 3U);
  EXPECT_EQ(account().gaps().at("truncated"), 1U);
  EXPECT_THAT(account().lost(), IsEmpty());
}

TEST_F(ChainReaderTest, WhatATruncationTookFromAFailedRequestIsLostAndCounted) {
  tree_.file("0.log", cri("a") + cri("b"));
  const auto file = open("0.log");
  const std::uint64_t size = file->size();
  list({file});
  observe();
  (void)send(1);
  std::filesystem::resize_file(tree_.path("0.log"), 0);
  file->update_size();
  observe();
  reader_->rewind(1);
  observe();
  EXPECT_EQ(account().lost().at("truncated").bytes, size);
  tree_.append("0.log", cri("c"));
  file->update_size();
  observe();
  EXPECT_THAT(send(2), ElementsAre("c"));
}

TEST_F(ChainReaderTest, WhatPendsIsNotWrittenAgainForTheNextReader) {
  tree_.file("0.log", cri("a"));
  list({open("0.log")});
  observe();
  EXPECT_EQ(account().pending_bytes, cri("a").size());
  const auto container_account = account_;
  start(container_account);
  EXPECT_EQ(account().pending_bytes, cri("a").size());
  list({open("0.log")});
  observe();
  EXPECT_EQ(account().pending_bytes, cri("a").size());
  EXPECT_EQ(account().written_bytes, cri("a").size());
}

TEST_F(ChainReaderTest, StreamsResumeEachAtItsOwnOffset) {
  const std::string out = cri("o1");
  const std::string err = cri("e1", "F", "stderr");
  tree_.file("0.log", out + err + cri("o2") + cri("e2", "F", "stderr"));
  const auto file = open("0.log");
  FileIdentity identity{
      file->inode(), file->birth_ns(), 8, *hash_head(LogBytes(*file, inflaters_), 8)};
  journal_->add({"chain", identity, {0, out.size() + err.size()}, 1'000'000'000});
  ASSERT_TRUE(journal_->flush());
  start();
  list({file});
  observe();
  EXPECT_THAT(send(1), ElementsAre("o1", "o2", "e2"));
}

TEST_F(ChainReaderTest, WhatIsAddedToALastLineIsReadAlsoBehindAStreamThatLags) {
  tree_.file("old", cri("open", "P") + "2026-11-22T14:36:43Z stderr F ha");
  tree_.file("new", "");
  const auto old_file = open("old");
  const auto new_file = open("new");
  list({old_file, new_file});
  tree_.append("new", cri("x", "F", "stderr"));
  new_file->update_size();
  observe(Milliseconds(1'000));  // the old file is complete
  EXPECT_THAT(send(1), ElementsAre("ha", "x"));
  reader_->settle(1);  // but for what is open
  tree_.append("old", "lf\n");
  tree_.append("new", cri("y", "F", "stderr"));
  old_file->update_size();
  new_file->update_size();
  observe();
  EXPECT_THAT(send(2), ElementsAre("open", "lf", "y"));
  reader_->rewind(2);
  observe();
  EXPECT_THAT(send(3), ElementsAre("open", "lf", "y"));
}

}  // namespace
}  // namespace supercargo
