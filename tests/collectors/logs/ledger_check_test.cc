#include "collectors/logs/ledger_check.h"

#include <gtest/gtest.h>

#include "collectors/logs/log_metrics.h"

namespace supercargo {
namespace {

class LedgerCheckTest : public testing::Test {
 protected:
  double differences() {
    return metrics_.counter(log_metrics::kLedgerDifferences, {"out"}).Value();
  }

  double difference_bytes() {
    return metrics_.gauge(log_metrics::kLedgerDifferenceBytes, {"out"}).Value();
  }

  void look_at(const std::vector<const ChainAccount*>& chains) {
    check_.begin();
    for (const ChainAccount* chain : chains) {
      check_.look_at("chain", *chain, SteadyTime(std::chrono::seconds(1'000)));
    }
    check_.end();
  }

  SelfMetrics metrics_;
  LedgerCheck check_{"out", metrics_};
  std::shared_ptr<ContainerAccount> container_ =
      std::make_shared<ContainerAccount>("out", ContainerInfo{});
  ChainAccount one_{container_, "a"};
  ChainAccount two_{container_, "b"};
};

TEST_F(LedgerCheckTest, IsQuietWhileTheTermsAddUp) {
  one_.write(100);
  one_.deliver({70, 1});
  one_.post(30, std::nullopt);
  look_at({&one_, &two_});
  EXPECT_EQ(differences(), 0);
  EXPECT_EQ(difference_bytes(), 0);
}

TEST_F(LedgerCheckTest, CountsADifferenceOnceAndSumsItsSizeOverChains) {
  one_.write(100);
  one_.post(90, std::nullopt);
  two_.deliver({7, 1});
  two_.post(0, std::nullopt);
  look_at({&one_, &two_});
  EXPECT_EQ(differences(), 2);
  EXPECT_EQ(difference_bytes(), 17) << "too little and too much do not make up for each other";
  one_.post(90, std::nullopt);
  two_.post(0, std::nullopt);
  look_at({&one_, &two_});
  EXPECT_EQ(differences(), 2) << "the same ones";
  EXPECT_EQ(difference_bytes(), 17);
}

TEST_F(LedgerCheckTest, ADifferenceThatGoesAwayIsNoneAnyMore) {
  one_.write(100);
  one_.post(90, std::nullopt);
  look_at({&one_});
  one_.post(100, std::nullopt);
  look_at({&one_});
  EXPECT_EQ(difference_bytes(), 0);
  EXPECT_EQ(differences(), 1);
}

}  // namespace
}  // namespace supercargo
