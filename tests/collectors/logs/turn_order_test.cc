#include "collectors/logs/turn_order.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::int64_t kKiB = 1 << 10;

// Chains that have so much to read.
struct Chain : Turn {
  std::int64_t left = 0;
  std::int64_t line = 1;  // it is read in lines of that size: the last one may be beyond the credit
};

class TurnOrderTest : public testing::Test {
 protected:
  TurnOrderTest() { chains_.reserve(2'000); }

  Chain& add(std::int64_t left, std::int64_t line = 1) {
    Chain& chain = chains_.emplace_back();
    chain.number = chains_.size();
    chain.left = left;
    chain.line = line;
    order_.add(chain);
    return chain;
  }

  // What the next one takes; its number, or 0.
  std::uint64_t read() {
    Chain* const chain = order_.next([](const Chain& any) { return any.left > 0; });
    if (chain == nullptr) {
      return 0;
    }
    const std::int64_t bytes =
        std::min(chain->left, (chain->credit + chain->line - 1) / chain->line * chain->line);
    chain->left -= bytes;
    chain->credit -= bytes;
    taken_[chain->number] += bytes;
    return chain->number;
  }

  std::vector<Chain> chains_;
  TurnOrder<Chain> order_;
  std::map<std::uint64_t, std::int64_t> taken_;
};

TEST_F(TurnOrderTest, NobodyIsNextWhereNothingIsToBeRead) {
  EXPECT_EQ(read(), 0U);
  add(0);
  EXPECT_EQ(read(), 0U);
}

TEST_F(TurnOrderTest, EachTakesItsTurn) {
  add(1'000 * kKiB);
  add(1'000 * kKiB);
  add(0);
  add(1'000 * kKiB);
  EXPECT_EQ(read(), 1U);
  EXPECT_EQ(read(), 2U);
  EXPECT_EQ(read(), 4U);
  EXPECT_EQ(read(), 1U);
}

TEST_F(TurnOrderTest, TheQuantumShrinksWithTheNumberOfChains) {
  EXPECT_EQ(order_.quantum(), 256 * kKiB);
  for (int i = 0; i < 16; ++i) {
    add(1);
  }
  EXPECT_EQ(order_.quantum(), 64 * kKiB);
  for (int i = 0; i < 1'000; ++i) {
    add(1);
  }
  EXPECT_EQ(order_.quantum(), 4 * kKiB);
}

TEST_F(TurnOrderTest, AChainOfLongLinesOwesWhatItTookBeyondItsQuantum) {
  add(100'000 * kKiB, 1'000 * kKiB);
  for (int i = 0; i < 15; ++i) {
    add(100'000 * kKiB);
  }
  while (taken_[2] < 10'000 * kKiB) {
    ASSERT_NE(read(), 0U);
  }
  EXPECT_NEAR(
      static_cast<double>(taken_[1]), static_cast<double>(taken_[2]), 1'000.0 * kKiB + 64.0 * kKiB);
}

TEST_F(TurnOrderTest, ADebtorAloneIsNotKeptWaiting) {
  Chain& chain = add(100, 1);
  chain.credit = -1'000'000 * kKiB;
  EXPECT_EQ(read(), 1U);
}

TEST_F(TurnOrderTest, AmongDebtorsTheSmallestDebtIsFirst) {
  add(100).credit = -3'000 * kKiB;
  add(100).credit = -1'000 * kKiB;
  EXPECT_EQ(read(), 2U);
}

TEST_F(TurnOrderTest, WhatWasLeftOfATurnIsKeptButNotByAChainAtRest) {
  Chain& chain = add(1'000 * kKiB);
  chain.credit = 10;
  (void)order_.next([](const Chain&) { return true; });
  EXPECT_EQ(chain.credit, 256 * kKiB + 10);
  order_.rest(chain);
  EXPECT_EQ(chain.credit, 0);
  chain.credit = -5;
  order_.rest(chain);
  EXPECT_EQ(chain.credit, -5) << "a debt is not forgiven";
}

TEST_F(TurnOrderTest, GoesOnAfterTheLastAlsoWhenThatOneIsGone) {
  Chain& first = add(1'000 * kKiB);
  add(1'000 * kKiB);
  Chain& third = add(1'000 * kKiB);
  EXPECT_EQ(read(), 1U);
  EXPECT_EQ(read(), 2U);
  order_.clear();
  order_.add(first);
  order_.add(third);
  EXPECT_EQ(read(), 3U);
  EXPECT_EQ(read(), 1U);
}

}  // namespace
}  // namespace supercargo
