// What an output makes of files that were compressed, copied, cut, replaced or deleted, while it
// reads and while no agent is there (S7, S8, S9, S13, S17).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"
#include "tests/collectors/logs/one_chain.h"

namespace supercargo {
namespace {

using test::cri;
using testing::ElementsAre;
using testing::IsEmpty;

class ChainContinuation : public test::OneChain {};

TEST_F(ChainContinuation, AFileCompressedWhileNoAgentWasThereIsReadOnWhereItWasLeft) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  tree_.append("0.log", cri("b"));
  rename("0.log", "0.log.1");
  gzip("0.log.1");
  tree_.file("0.log", cri("c"));
  start("boot-1");
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("b", "c"));
  EXPECT_THAT(account().gaps(), IsEmpty());
}

TEST_F(ChainContinuation, ACompressedFileIsNeverReadAgain) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));  // the old one is finished
  const std::uint64_t plain = open("0.log.1")->inode();
  list({"0.log"}, {plain});
  gzip("0.log.1");
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(open("0.log.1.gz")->finished_by(), 1U) << "discovery may close it";
  list({"0.log"}, {open("0.log.1.gz")->inode()});
  EXPECT_THAT(deliver(), IsEmpty());
  start("boot-1");
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty()) << "nor after a restart";
  start("boot-1");
  list({"0.log"});
  EXPECT_THAT(account().gaps(), IsEmpty()) << "its deletion is no loss";
}

TEST_F(ChainContinuation, ACompressedFileThatNoAgentSawPlainIsReadWhole) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  start("boot-1");
  rename("0.log", "0.log.1");
  gzip("0.log.1");
  tree_.file("0.log.2", cri("b"));
  gzip("0.log.2");
  tree_.file("0.log", cri("c"));
  list({"0.log.1.gz", "0.log.2.gz", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("b", "c"));
}

TEST_F(ChainContinuation, AFileIsReadFromItsDescriptorWhileItsGzipIsThere) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  tree_.file("0.log", cri("c"));
  list({"0.log.1", "0.log"});
  const auto plain = open("0.log.1");
  gzip("0.log.1");
  list_files({plain, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("a", "b", "c"));
  observe(Milliseconds(1'000));
  EXPECT_EQ(plain->finished_by(), 1U);
  EXPECT_EQ(open("0.log.1.gz")->finished_by(), 1U);
  list({"0.log"}, {open("0.log.1.gz")->inode()});
  EXPECT_EQ(journal_->entries().size(), 2U) << "the .gz must be known after a restart";
  list({"0.log"});
  observe(Milliseconds(5'000));
  list({"0.log"});
  EXPECT_EQ(journal_->entries().size(), 1U);
}

TEST_F(ChainContinuation, AFileFoundEmptyIsKnownByItsGzipAllTheSame) {
  tree_.file("0.log.1", "");
  tree_.file("0.log", "");
  list({"0.log.1", "0.log"});
  const auto plain = open("0.log.1");
  tree_.append("0.log.1", cri("a"));
  gzip("0.log.1");
  list_files({plain, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(ChainContinuation, APartialLineIsJoinedOverACompressedFile) {
  tree_.file("0.log", cri("whole") + cri("be", "P"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("whole"));
  tree_.append("0.log", cri("gi", "P"));
  rename("0.log", "0.log.1");
  gzip("0.log.1");
  tree_.file("0.log", cri("n") + cri("next"));
  start("boot-1");
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("begin", "next"));
}

TEST_F(ChainContinuation, AnOpenRecordDoesNotGoOnOverAGap) {
  tree_.file("0.log", cri("be", "P"));
  list({"0.log"});
  const auto first = open("0.log");
  EXPECT_THAT(deliver(), IsEmpty());
  tree_.remove("0.log");
  files_.clear();
  tree_.file("0.log.5", cri("end of another") + cri("next"));
  tree_.file("0.log", cri("last"));
  first->update_size();
  list_files({first, open("0.log.5"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("be", "end of another", "next", "last"));
  EXPECT_EQ(account_->truncated_lines, 1U);
}

TEST_F(ChainContinuation, AFileDeletedUnreadWhileNoAgentWasThereIsAGap) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  start("boot-1");
  tree_.remove("0.log");
  tree_.file("0.log", cri("z"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("z"));
  EXPECT_EQ(account().gaps().at("deleted_while_down"), 1U);
  start("boot-1");
  list({"0.log"});
  EXPECT_THAT(account().gaps(), IsEmpty()) << "it is counted once";
}

TEST_F(ChainContinuation, ADeletedFileBeforeOnesThatNobodySawIsAGap) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  const auto first = open("0.log");
  EXPECT_THAT(deliver(), ElementsAre("a"));
  tree_.remove("0.log");
  files_.clear();
  tree_.file("0.log.5", cri("e"));
  tree_.file("0.log", cri("f"));
  first->update_size();
  list_files({first, open("0.log.5"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("e", "f"));
  EXPECT_EQ(account().gaps().at("deleted_unseen"), 1U);
}

TEST_F(ChainContinuation, AfterAHostCrashAFileThatLostItsTailIsReadOnAtItsEnd) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  std::filesystem::resize_file(tree_.path("0.log"), cri("a").size() + 5);
  start("boot-2");
  list({"0.log"});
  tree_.append("0.log", "\n" + cri("c"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("", "c"));
  EXPECT_EQ(account().gaps().at("host_lost_tail"), 1U);
}

TEST_F(ChainContinuation, ACutOfAClosedFileIsNoHostCrashHoweverTheAgentBegan) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  tree_.file("0.log", cri("x"));
  list({"0.log.1", "0.log"});
  start("boot-2");
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b", "x"));
  observe(Milliseconds(1'000));  // the old one is finished
  list({"0.log"}, {open("0.log.1")->inode()});
  files_.erase("0.log.1");
  truncate("0.log.1");
  tree_.append("0.log.1", cri("c"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
  EXPECT_EQ(account_->gaps().at("truncated"), 1U);
}

TEST_F(ChainContinuation, AFileCutWhileNoAgentWasThereIsReadFromItsStart) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  truncate("0.log");
  tree_.append("0.log", cri("c"));
  start("boot-1");
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
  EXPECT_EQ(account().gaps().size(), 1U);
}

TEST_F(ChainContinuation, AFileThatWasCutAndGrewBeyondItsOffsetIsReadFromItsStart) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  truncate("0.log");
  tree_.append("0.log", cri("b") + cri("c"));
  list({"0.log"});
  EXPECT_THAT(deliver(), IsEmpty()) << "the reading finds another text";
  observe();
  EXPECT_THAT(deliver(), ElementsAre("b", "c"));
  EXPECT_EQ(account().gaps().at("truncated"), 1U);
}

TEST_F(ChainContinuation, WhatIsSettledAfterACutSaysNothingOfTheNewText) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(send(1), ElementsAre("a", "b"));
  truncate("0.log");
  list({"0.log"});
  tree_.append("0.log", cri("c") + cri("d") + cri("e"));
  reader_->settle(1);
  start("boot-1");
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c", "d", "e"));
}

TEST_F(ChainContinuation, AfterACutAndARestartReadingGoesOnInTheNewText) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  truncate("0.log");
  list({"0.log"});
  tree_.append("0.log", cri("c"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
  tree_.append("0.log", cri("d") + cri("e"));
  start("boot-1");
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("d", "e"));
  EXPECT_THAT(account().gaps(), IsEmpty());
}

TEST_F(ChainContinuation, AFileThatWasCutAndGrewToTheSameSizeIsReadFromItsStart) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  truncate("0.log");
  tree_.append("0.log", cri("b"));
  list({"0.log"});
  observe();
  EXPECT_THAT(deliver(), ElementsAre("b"));
}

TEST_F(ChainContinuation, CopytruncateIsReadOnInTheCopy) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  tree_.append("0.log", cri("b"));
  tree_.file("0.log.1", tree_.read("0.log"));
  truncate("0.log");
  tree_.append("0.log", cri("c"));
  list({"0.log.1", "0.log"});
  observe();
  EXPECT_THAT(deliver(), ElementsAre("b", "c"));
  EXPECT_THAT(account().lost(), IsEmpty());
}

// The program goes on writing while logrotate copies, and what it wrote was delivered before the
// cut.
TEST_F(ChainContinuation, ACopyThatEndsBelowWhatWasDeliveredIsNotReadAgainAfterARestart) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  tree_.file("0.log.1", tree_.read("0.log"));
  list({"0.log.1", "0.log"});
  tree_.append("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("b"));
  truncate("0.log");
  list({"0.log.1", "0.log"});
  observe();
  tree_.append("0.log", cri("c"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
  start("boot-1");
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_THAT(account().gaps(), IsEmpty());
}

TEST_F(ChainContinuation, ACopyThatShowsUpAfterTheCutIsReadOnToo) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  const std::string before = tree_.read("0.log") + cri("unseen");
  truncate("0.log");
  list({"0.log"});
  tree_.append("0.log", cri("c"));
  tree_.file("0.log.1", before);
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("unseen", "c"));
}

TEST_F(ChainContinuation, SeveralCutsWithLateCopiesLoseNothing) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  std::vector<std::string> texts = deliver();
  std::vector<std::string> names = {"0.log"};
  for (const std::string copy : {"0.log.1", "0.log.2", "0.log.3"}) {
    const std::string before = tree_.read("0.log") + cri("unseen " + copy);
    truncate("0.log");
    list(names);
    tree_.append("0.log", cri("after " + copy));
    tree_.file(copy, before);
    names.insert(names.end() - 1, copy);
    list(names);
    const std::vector<std::string> more = deliver();
    texts.insert(texts.end(), more.begin(), more.end());
  }
  EXPECT_THAT(texts,
              ElementsAre("a",
                          "unseen 0.log.1",
                          "after 0.log.1",
                          "unseen 0.log.2",
                          "after 0.log.2",
                          "unseen 0.log.3",
                          "after 0.log.3"));
}

TEST_F(ChainContinuation, AFileThatBeganAsACopyAndGrowsIsReadOnItsOwn) {
  tree_.file("0.log", cri("a"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  tree_.file("0.log.1", tree_.read("0.log"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty()) << "a copy is not read";
  tree_.append("0.log.1", cri("own"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "own"));
}

// A program that prints a long banner, and rotates at a fixed size.
TEST_F(ChainContinuation, APlainGzipWithTheHeadAndSizeOfAFinishedFileIsReadAllTheSame) {
  format_ = LogFormat::kPlain;
  const std::string banner(2'000, 'b');
  tree_.file("a.log.2", banner + "\nfirst\n");
  tree_.file("a.log", "now\n");
  list({"a.log.2", "a.log"});
  EXPECT_THAT(deliver(), ElementsAre(banner, "first", "now"));
  observe(Milliseconds(1'000));  // the old one is finished
  tree_.file("a.log.1", banner + "\nother\n");
  gzip("a.log.1");  // all while no agent is there
  start("boot-1");
  list({"a.log.2", "a.log.1.gz", "a.log"});
  EXPECT_THAT(deliver(), ElementsAre(banner, "other"));
  gzip("a.log.2");
  start("boot-1");
  list({"a.log.2.gz", "a.log.1.gz", "a.log"});
  EXPECT_THAT(deliver(), IsEmpty()) << "each is known by what stands at its end";
}

// As above, and its file is packed, too: the first of the two that is looked at is not the other.
TEST_F(ChainContinuation, TwoPlainGzipsWithEqualHeadsAndSizesAreToldByTheirEnds) {
  format_ = LogFormat::kPlain;
  const std::string banner(2'000, 'b');
  tree_.file("a.log.2", banner + "\nfirst\n");
  tree_.file("a.log", "now\n");
  list({"a.log.2", "a.log"});
  EXPECT_THAT(deliver(), ElementsAre(banner, "first", "now"));
  observe(Milliseconds(1'000));
  tree_.file("a.log.3", banner + "\nother\n");
  gzip("a.log.3");
  gzip("a.log.2");
  start("boot-1");
  list({"a.log.3.gz", "a.log.2.gz", "a.log"});
  EXPECT_THAT(deliver(), ElementsAre(banner, "other"));
}

TEST_F(ChainContinuation, PlainFilesWithEqualHeadsAreBothRead) {
  format_ = LogFormat::kPlain;
  tree_.file("a.log", "x\n");
  list({"a.log"});
  EXPECT_THAT(deliver(), ElementsAre("x"));
  rename("a.log", "a.log.1");
  const auto rotated = files_.extract("a.log");
  tree_.file("a.log", "x\n");
  rotated.mapped()->set_current(false);
  list_files({rotated.mapped(), open("a.log")});
  EXPECT_THAT(deliver(), ElementsAre("x")) << "the new file's line";
}

TEST_F(ChainContinuation, AReusedInodeIsANewFile) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  const std::uint64_t inode = open("0.log")->inode();
  start("boot-1");
  for (const auto& [number, entry] : journal_->entries()) {
    EXPECT_EQ(entry.identity.inode, inode);
    FileIdentity other = entry.identity;
    other.birth_ns -= 1;
    other.head_hash += 1;
    journal_->set_identity(number, other);
  }
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
}

// Its last four bytes tell the size of the last member only: here they lie within a line.
TEST_F(ChainContinuation, AGzipOfSeveralMembersIsReadToItsEnd) {
  tree_.file("0.log.1.gz", test::gzip_of(cri("a") + cri("b")) + test::gzip_of(cri("a long one")));
  tree_.file("0.log", cri("d"));
  list({"0.log.1.gz", "0.log"});
  observe();
  EXPECT_THAT(deliver(), ElementsAre("a", "b", "a long one", "d"));
  EXPECT_THAT(account().lost(), IsEmpty());
}

TEST_F(ChainContinuation, DamagedGzipLosesItsRestAndCountsIt) {
  std::string plain;
  for (int i = 0; i < 20'000; ++i) {
    plain += cri(std::to_string(i * 7'919));
  }
  std::string compressed = test::gzip_of(plain);
  compressed.replace(compressed.size() / 2, 64, std::string(64, '\x55'));
  tree_.file("0.log.1.gz", compressed);
  tree_.file("0.log", cri("z"));
  list({"0.log.1.gz", "0.log"});
  (void)deliver();
  EXPECT_THAT(deliver(), ElementsAre("z"));
  EXPECT_EQ(account().delivered_bytes + account().lost().at("read_error").bytes,
            plain.size() + cri("z").size());
}

TEST_F(ChainContinuation, AnEmptyGzipIsNoHindrance) {
  tree_.file("0.log.1.gz", "");  // a host that crashed while it was made
  tree_.file("0.log", cri("a"));
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  observe();
  EXPECT_EQ(open("0.log.1.gz")->finished_by(), 1U);
}

TEST_F(ChainContinuation, AFileThatWasCutWentAwayAndCameBackIsReadAgain) {
  tree_.file("0.log", cri("a") + cri("b"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  truncate("0.log");
  tree_.append("0.log", cri("c"));
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
  list({});
  observe(Milliseconds(1'000));
  list({});
  observe(Milliseconds(5'000));
  list({});
  files_.clear();
  list({"0.log"});
  EXPECT_THAT(deliver(), ElementsAre("c"));
}

TEST_F(ChainContinuation, AFileThatGrowsAfterItWasClosedOutlivesItsCopy) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  tree_.file("0.log.copy", tree_.read("0.log.1"));
  list({"0.log.1", "0.log.copy", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));
  const std::uint64_t file = open("0.log.1")->inode();
  const std::uint64_t copy = open("0.log.copy")->inode();
  list({"0.log"}, {file, copy});
  files_.erase("0.log.1");
  tree_.append("0.log.1", cri("late"));
  list({"0.log.1", "0.log"}, {copy});
  EXPECT_THAT(deliver(), ElementsAre("late"));
  list({"0.log.1", "0.log"});
  tree_.append("0.log.1", cri("later"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("later"));
}

TEST_F(ChainContinuation, WhatGrewAfterItWasClosedAndIsDeletedUnreadIsAGap) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));
  list({"0.log"}, {open("0.log.1")->inode()});
  files_.erase("0.log.1");
  tree_.append("0.log.1", cri("late"));
  list({"0.log.1", "0.log"});
  start("boot-1");
  tree_.remove("0.log.1");
  list({"0.log"});
  EXPECT_THAT(account().gaps(), ElementsAre(testing::Pair("deleted_while_down", 1U)));
}

TEST_F(ChainContinuation, NothingIsReadableWhileAParkedFileIsMissing) {
  const auto host = std::make_shared<HostPaths>();
  host->root = tree_.root().string();
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", "");
  const auto parked = *open_log_file(*open_at(AT_FDCWD, tree_.path("0.log.1").c_str(), O_RDONLY),
                                     format_,
                                     container_,
                                     /*from_end=*/false,
                                     LogEncoding::kPlain,
                                     {host, "", "0.log.1"});
  list_files({parked, open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  ASSERT_TRUE(parked->descriptor().park());
  rename("0.log.1", "0.log.2");
  tree_.append("0.log", cri("b"));
  open("0.log")->update_size();
  observe();
  EXPECT_THAT(deliver(), IsEmpty());
  observe();
  EXPECT_EQ(reader_->readable_bytes(), 0U) << "else the output would try it without a pause";
  parked->descriptor().moved_to("0.log.2");
  ASSERT_TRUE(parked->hold());
  EXPECT_THAT(deliver(), ElementsAre("b"));
}

TEST_F(ChainContinuation, OfADeletedPodNothingStaysInTheJournal) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  const auto plain = open("0.log.1");
  gzip("0.log.1");
  list_files({plain, open("0.log.1.gz"), open("0.log")});
  tree_.remove("0.log.1.gz");
  tree_.remove("0.log");
  list_files({plain, open("0.log.1.gz"), open("0.log")});
  reader_->unlist();
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));
  EXPECT_TRUE(reader_->done());
  EXPECT_THAT(journal_->entries(), IsEmpty());
}

}  // namespace
}  // namespace supercargo
