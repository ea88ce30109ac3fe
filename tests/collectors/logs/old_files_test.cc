#include "collectors/logs/old_files.h"

#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include "collectors/logs/sync_thread.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMinuteNs = 60'000'000'000;

class OldFilesTest : public testing::Test {
 protected:
  void open() {
    journal_.reset();
    journal_ = *Journal::open(tree_.path("j"), sync_, {});
  }

  void add(const std::string& chain) {
    (void)journal_->add({chain, {}, {}, 0});
    ASSERT_TRUE(journal_->flush());
  }

  static std::shared_ptr<const LogChain> chain(const std::string& key, const std::string& source) {
    auto chain = std::make_shared<LogChain>();
    chain->key = key;
    chain->found_by = source;
    return chain;
  }

  // What is old of the last of these.
  std::int64_t before(const LogChains& listed) {
    OldFiles old(*journal_);
    EXPECT_FALSE(old.looked());
    old.look(listed, *journal_);
    EXPECT_TRUE(old.looked());
    return old.before_ns(*listed.back());
  }

  test::TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::unique_ptr<Journal> journal_;
};

TEST_F(OldFilesTest, AllIsOldToANewOutput) {
  open();
  EXPECT_EQ(before({chain("/logs/a", "/logs")}), kAll);
}

TEST_F(OldFilesTest, NothingIsOldOfASourceOfWhichTheOutputKnowsAFile) {
  open();
  add("/logs/a");
  open();
  EXPECT_EQ(before({chain("/logs/a", "/logs"), chain("/logs/b", "/logs")}), kNone);
}

TEST_F(OldFilesTest, OfANewSourceIsOldWhatStoodThereAMinuteBeforeTheJournalWasWrittenLast) {
  open();
  add("/logs/a");
  open();
  EXPECT_GT(journal_->last_written_ns(), 0);
  EXPECT_EQ(before({chain("/logs/a", "/logs"), chain("/new/b", "/new")}),
            journal_->last_written_ns() - kMinuteNs);
}

TEST_F(OldFilesTest, ANamespaceOfWhichTheOutputKnowsNothingIsAsANewSource) {
  open();
  add("/pods/shop_web_uid/app");
  open();
  const auto shop = chain("/pods/shop_web_uid/app", "/pods");
  EXPECT_EQ(before({shop, chain("/pods/shop_db_uid/app", "/pods")}), kNone);
  EXPECT_EQ(before({shop, chain("/pods/bank_db_uid/app", "/pods")}),
            journal_->last_written_ns() - kMinuteNs);
}

TEST_F(OldFilesTest, WhatThisAgentWritesDoesNotTellWhenTheLastOneWrote) {
  open();
  EXPECT_EQ(journal_->last_written_ns(), 0) << "it is new";
  add("/logs/a");
  EXPECT_EQ(journal_->last_written_ns(), 0) << "what this agent writes does not count";
}

}  // namespace
}  // namespace supercargo
