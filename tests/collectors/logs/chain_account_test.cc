#include "collectors/logs/chain_account.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

SteadyTime second(std::int64_t seconds) {
  return SteadyTime(std::chrono::seconds(seconds));
}

class ChainAccountTest : public testing::Test {
 protected:
  std::shared_ptr<ContainerAccount> container_ =
      std::make_shared<ContainerAccount>("out", ContainerInfo{});
  ChainAccount chain_{container_, "/pods/app"};
};

TEST_F(ChainAccountTest, PostsAllTermsTogether) {
  chain_.write(100);
  chain_.deliver({50, 5});
  chain_.drop("refused", {20, 2});
  chain_.lose("truncated", {10, 1});
  EXPECT_EQ(container_->written_bytes, 0U) << "not posted yet";
  chain_.post(20, second(7));
  const LedgerTerms terms = container_->terms();
  EXPECT_EQ(terms.written_bytes, 100U);
  EXPECT_EQ(terms.delivered.bytes, 50U);
  EXPECT_EQ(terms.delivered.lines, 5U);
  EXPECT_EQ(terms.pending_bytes, 20);
  EXPECT_EQ(terms.dropped.at("refused").lines, 2U);
  EXPECT_EQ(terms.lost.at("truncated").bytes, 10U);
  EXPECT_EQ(terms.difference(), 0);
  EXPECT_EQ(container_->oldest_pending_seconds(second(9)), 2);
}

TEST_F(ChainAccountTest, PostsOnlyWhatHasChanged) {
  chain_.write(100);
  chain_.post(100, second(1));
  chain_.deliver({60, 1});
  chain_.drop("refused", {10, 1});
  chain_.post(30, second(2));
  chain_.post(30, second(2));
  chain_.drop("refused", {30, 1});
  chain_.post(0, std::nullopt);
  const LedgerTerms terms = container_->terms();
  EXPECT_EQ(terms.written_bytes, 100U);
  EXPECT_EQ(terms.delivered.bytes, 60U);
  EXPECT_EQ(terms.pending_bytes, 0);
  EXPECT_EQ(terms.dropped.at("refused").bytes, 40U);
  EXPECT_EQ(container_->oldest_pending, 0);
}

TEST_F(ChainAccountTest, ADifferenceIsNewOnce) {
  chain_.write(100);
  chain_.post(90, second(1));
  EXPECT_EQ(chain_.terms().difference(), 10);
  EXPECT_TRUE(chain_.difference_is_new());
  chain_.post(90, second(1));
  EXPECT_FALSE(chain_.difference_is_new());
  chain_.deliver({95, 1});
  chain_.post(9, second(1));
  EXPECT_EQ(chain_.terms().difference(), -4);
  EXPECT_TRUE(chain_.difference_is_new());
  EXPECT_EQ(container_->terms().difference(), -4);
}

TEST_F(ChainAccountTest, ChainsOfAContainerTellTheOldestOfAll) {
  ChainAccount other(container_, "/pods/other");
  const auto post = [&](std::optional<SteadyTime> mine, std::optional<SteadyTime> others) {
    chain_.post(mine ? 1 : 0, mine);
    other.post(others ? 1 : 0, others);
    chain_.post(mine ? 1 : 0, mine);  // the next round
    return container_->oldest_pending_seconds(second(100));
  };
  EXPECT_EQ(post(second(10), second(20)), 90);
  EXPECT_EQ(post(second(30), second(20)), 80);
  EXPECT_EQ(post(second(30), std::nullopt), 70);
  EXPECT_EQ(post(std::nullopt, second(40)), 60);
  EXPECT_EQ(post(std::nullopt, std::nullopt), 0);
}

TEST_F(ChainAccountTest, WhatPendsIsLeftToTheNextReader) {
  {
    ChainAccount reader(container_, "/pods/app");
    reader.write(100);
    reader.deliver({60, 1});
    reader.post(40, second(1));
    reader.deliver({10, 1});
    reader.post(30, second(1));
  }
  EXPECT_EQ(container_->pending_bytes, 30U);
  EXPECT_EQ(container_->oldest_pending, 0) << "nobody looks";
  chain_.write(35);
  chain_.post(35, second(2));
  EXPECT_EQ(container_->written_bytes, 105U);
  EXPECT_EQ(container_->pending_bytes, 35U);
  EXPECT_EQ(container_->terms().difference(), 0);
}

}  // namespace
}  // namespace supercargo
