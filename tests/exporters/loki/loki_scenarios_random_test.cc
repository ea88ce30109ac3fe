// Whatever Loki refuses, and in whatever order: what it does not have is counted, and what is
// counted as delivered it has. Random limits, faults and lines, with all parts of the agent.
//
// Other seeds: --gtest_random_seed=N.

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::LokiFault;
using test::LokiLimits;
using test::LokiNode;
using test::LokiNodeOptions;

constexpr int kContainers = 6;

class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed), node_(options()) {}

  void run() {
    for (int step = 0; step < 12; ++step) {
      node_.loki().set_limits(one_in(3) ? LokiLimits{} : limits());
      add_fault();
      for (int i = below(60); i > 0; --i) {
        write_some();
      }
      node_.run(Milliseconds(below(6'000)));
    }
    node_.loki().lift_faults();
    node_.loki().set_limits({});
    EXPECT_TRUE(node_.deliver(minutes(30)));
    check();
  }

 private:
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

  bool one_in(int count) { return below(count) == 0; }

  LokiNodeOptions options() {
    LokiNodeOptions options;
    options.delivery.batch_bytes = std::uint64_t{1'000} << below(8);
    options.delivery.max_in_flight = static_cast<std::uint32_t>(1 + below(4));
    return options;
  }

  LokiLimits limits() {
    LokiLimits limits;
    const auto some = [this](std::uint64_t& limit, int from, int to) {
      limit = one_in(3) ? static_cast<std::uint64_t>(from + below(to - from)) : limit;
    };
    some(limits.stream_rate, 3'000, 30'000);
    some(limits.stream_burst, 9'000, 60'000);
    some(limits.ingestion_rate, 5'000, 100'000);
    some(limits.ingestion_burst, 20'000, 200'000);
    some(limits.max_streams, 1, 10);
    some(limits.max_line_bytes, 60, 400);
    some(limits.allow_metadata, 0, 2);
    some(limits.max_behind_s, 30, 600);
    some(limits.max_age_s, 60, 900);
    some(limits.max_body_bytes, 2'000, 20'000);
    some(limits.whole_stream, 0, 2);
    some(limits.poison_share, 20, 500);
    return limits;
  }

  void add_fault() {
    LokiFault fault;
    switch (below(6)) {
      case 0:
        fault.status = 429 + 74 * below(2);  // or 503
        break;
      case 1:
        fault.close = LokiFault::Close::kAfterStoring;
        break;
      case 2:
        fault.cut_bytes = static_cast<std::size_t>(below(500));
        break;
      default:
        return;
    }
    node_.loki().add_fault(fault, 1 + below(4));
  }

  void write_some() {
    const int container = below(kContainers);
    const auto ago = one_in(10) ? seconds(below(1'200)) : seconds(0);
    std::string text = std::to_string(written_[container]++) + " ";
    text.append(static_cast<std::size_t>(one_in(10) ? below(2'000) : below(100)), 'x');
    node_.write(name(container), text, ago, one_in(4) ? "stderr" : "stdout");
  }

  static std::string name(int container) {
    return "shop/web-" + std::to_string(container) + "/app";
  }

  void check() {
    for (int container = 0; container < kContainers; ++container) {
      std::set<int> stored;
      for (const std::string& text : node_.stored(name(container))) {
        stored.insert(std::stoi(text));
      }
      const LedgerTerms account = node_.account(name(container));
      const std::uint64_t dropped = sum_of(account.dropped).lines;
      const auto written = static_cast<std::uint64_t>(written_[container]);
      EXPECT_EQ(account.delivered.lines + dropped, written) << container;
      EXPECT_LE(account.delivered.lines, stored.size()) << container;
      EXPECT_LE(written - stored.size(), dropped) << container;
      EXPECT_FALSE(account.dropped.contains("refused_unattributed")) << container;
    }
    EXPECT_EQ(node_.loki().counters().lost_silently, 0U);
  }

  std::mt19937 random_;
  LokiNode node_;
  int written_[kContainers] = {};
};

TEST(LokiScenariosRandom, WhatLokiDoesNotHaveIsCounted) {
  const auto first = static_cast<unsigned>(GTEST_FLAG_GET(random_seed)) * 1'000;
  for (unsigned seed = first; seed < first + 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRun(seed).run();
  }
}

}  // namespace
}  // namespace supercargo
