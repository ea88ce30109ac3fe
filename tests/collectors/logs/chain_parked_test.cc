// What an output makes of files that are deleted, packed or replaced while they are parked: above
// the bound on open files, or for want of descriptors (S7, S35).

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/collectors/logs/log_node.h"
#include "tests/collectors/logs/one_chain.h"

namespace supercargo {
namespace {

using test::cri;
using testing::ElementsAre;
using testing::IsEmpty;

class ChainParked : public test::OneChain {
 protected:
  // As discovery opens it. With the inode of a file that is deleted, if there is one.
  std::shared_ptr<LogFile> find(const std::string& name, const LogFile* before = nullptr) {
    UniqueFd fd = *open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY);

    struct stat status {};

    EXPECT_EQ(::fstat(fd.get(), &status), 0);
    const std::int64_t birth_ns = before != nullptr ? before->birth_ns() + 1 : birth_time(fd.get());
    status.st_ino = before != nullptr ? before->inode() : status.st_ino;
    const auto host = std::make_shared<HostPaths>();
    host->root = tree_.root().string();
    files_[name] =
        std::make_shared<LogFile>(std::make_shared<const UniqueFd>(std::move(fd)),
                                  status,
                                  birth_ns,
                                  format_,
                                  name.ends_with(".gz") ? LogEncoding::kGzip : LogEncoding::kPlain,
                                  size_of(name),
                                  container_,
                                  /*from_end=*/false,
                                  FilePlace{host, "", name});
    return open(name);
  }

  // Of its content.
  std::uint64_t size_of(const std::string& name) {
    files_.erase(name);
    return open(name)->size();
  }

  std::shared_ptr<LogFile> find_and_park(const std::string& name) {
    auto file = find(name);
    EXPECT_TRUE(file->descriptor().park());
    return file;
  }

  std::uint64_t lost() {
    std::uint64_t bytes = 0;
    for (const auto& [reason, amount] : account().lost()) {
      bytes += amount.bytes;
    }
    return bytes;
  }
};

TEST_F(ChainParked, AFileThatWasPackedIsReadOnInItsGzip) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  tree_.file("0.log", cri("d"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  tree_.append("0.log.1", cri("c"));
  gzip("0.log.1");
  packed->set_gone();
  list_files({packed, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("c", "d"));
  list_files({packed, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(lost(), 0U);
  EXPECT_THAT(account().gaps(), IsEmpty()) << "the other output has not let go of it";
}

TEST_F(ChainParked, AFileWithTheInodeOfOneThatWasPackedIsReadOnce) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  gzip("0.log.1");
  packed->set_gone();
  tree_.file("0.log", "");
  const auto fresh = find("0.log", packed.get());
  for (const char* text : {"c", "d", "e"}) {  // the other output has not let go of it
    tree_.append("0.log", cri(text));
    list_files({packed, open("0.log.1.gz"), fresh});
    observe(Milliseconds(1'000));
    EXPECT_THAT(deliver(), ElementsAre(text));
  }
  EXPECT_EQ(lost(), 0U);
}

// As the listing finds it that was made while it was packed.
TEST_F(ChainParked, AGzipIsKnownAlsoWhenItShowsUpAfterItsFileIsForgotten) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));
  gzip("0.log.1");
  list({"0.log"});
  list({"0.log.1.gz", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(open("0.log.1.gz")->finished_by(), 1U);
}

TEST_F(ChainParked, AFileIsNotLostBeforeItsGzipCouldShowUp) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  packed->descriptor().unpark();
  tree_.append("0.log.1", cri("late"));
  packed->update_size();
  packed->descriptor().park();
  gzip("0.log.1");
  packed->set_gone();
  list_files({packed, open("0.log")});
  EXPECT_THAT(deliver(), IsEmpty());
  observe(Milliseconds(500));
  list_files({packed, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("late", "b"));
  EXPECT_EQ(lost(), 0U);
}

TEST_F(ChainParked, AFileWhoseGzipDoesNotShowUpIsLost) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  const auto deleted = find_and_park("0.log.1");
  list({"0.log.1", "0.log"});
  tree_.remove("0.log.1");
  deleted->set_gone();
  list_files({deleted, open("0.log")});
  observe(Milliseconds(1'000));
  EXPECT_THAT(deliver(), ElementsAre("b"));
  EXPECT_EQ(lost(), cri("a").size());
}

TEST_F(ChainParked, NothingIsReadOrLostWhileAListedFileCannotBeLookedInto) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("c"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a"));
  packed->descriptor().unpark();
  tree_.append("0.log.1", cri("b"));
  packed->update_size();
  packed->descriptor().park();
  gzip("0.log.1");
  packed->set_gone();
  const auto gz = find_and_park("0.log.1.gz");
  rename("0.log.1.gz", "elsewhere");
  list_files({packed, gz, open("0.log")});
  observe(Milliseconds(2'000));
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(lost(), 0U);
  rename("elsewhere", "0.log.1.gz");
  list_files({packed, gz, open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("b", "c"));
  EXPECT_EQ(lost(), 0U);
}

TEST_F(ChainParked, WhatIsDoneWithIsNotReadAgainWhenTheWholeChainComesBack) {
  tree_.file("0.log.1", cri("a"));
  tree_.file("0.log", cri("b"));
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  observe(Milliseconds(1'000));
  list({"0.log"}, {open("0.log.1")->inode()});
  reader_->unlist();
  EXPECT_EQ(journal_->entries().size(), 2U);
  files_.clear();
  list({"0.log.1", "0.log"});
  EXPECT_THAT(deliver(), IsEmpty());
}

}  // namespace
}  // namespace supercargo
