// S35: more log files than descriptors.

#include <filesystem>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "collectors/logs/log_metrics.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::CollectingSender;
using test::cri;
using test::LogNode;
using test::LogNodeOptions;

constexpr int kFiles = 60;
constexpr std::size_t kBound = 8;

// Sixty containers of one file each, and two outputs.
class LogBound : public testing::Test {
 protected:
  struct Output {
    std::unique_ptr<LogReader> reader;
    CollectingSender sender;
    std::multiset<std::string> texts;
    RequestId next_request = 1;
  };

  void SetUp() override {
    host_.root = tree_.root().string();
    for (int i = 0; i < kFiles; ++i) {
      write(i, "first");
    }
    discovery_ = std::make_unique<LogDiscovery>(
        LogDiscovery::Options{
            {{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}}}, "node-1", 2, kBound},
        host_,
        catalog_,
        metrics_,
        [] {});
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const std::string name = fmt::format("out{}", i);
      tree_.directory(name);
      auto journal = Journal::open(tree_.path(name + "/j"), sync_thread_, {});
      ASSERT_TRUE(journal);
      outputs_.at(i).reader = std::make_unique<LogReader>(
          name, ChainOptions{}, ReadLimits{}, catalog_, ledger_, metrics_, std::move(*journal));
    }
  }

  static std::string directory(int container) {
    return fmt::format("var/log/pods/shop_web-{}_uid-{}/app", container, container);
  }

  void write(int container, std::string_view text, const char* name = "0.log") {
    tree_.append(directory(container) + "/" + name, cri(fmt::format("{} of {}", text, container)));
  }

  void look() {
    now_ += Milliseconds(1'000);
    discovery_->turn(now_);
    EXPECT_LE(metrics_.gauge(log_metrics::kOpenFiles).Value(), kBound);
    for (Output& output : outputs_) {
      (void)output.reader->refresh(now_, false);
    }
  }

  // Sends and settles what there is. Returns the number of lines.
  std::size_t drain(Output& output) {
    std::size_t lines = 0;
    while (output.reader->read_turn(output.next_request, std::size_t{1} << 20, output.sender) > 0) {
      output.sender.send(output.next_request);
      for (const test::SentLine& line : output.sender.take(output.next_request)) {
        output.texts.insert(line.text);
        ++lines;
      }
      output.reader->settle(output.next_request++);
    }
    (void)output.reader->refresh(now_, false);
    return lines;
  }

  static std::multiset<std::string> all_of(const std::vector<std::string>& texts) {
    std::multiset<std::string> expected;
    for (int i = 0; i < kFiles; ++i) {
      for (const std::string& text : texts) {
        expected.insert(fmt::format("{} of {}", text, i));
      }
    }
    return expected;
  }

  Amount lost(const std::string& reason) {
    Amount sum;
    for (const auto& account : ledger_.snapshot()) {
      for (const auto& [why, amount] : account->lost()) {
        EXPECT_EQ(why, reason);
        sum.bytes += amount.bytes;
        sum.lines += amount.lines;
      }
    }
    return sum;
  }

  test::TempTree tree_;
  HostPaths host_;
  SyncThread sync_thread_{Milliseconds(5), {}};
  SelfMetrics metrics_;
  LogCatalog catalog_;
  Ledger ledger_;
  std::unique_ptr<LogDiscovery> discovery_;
  std::array<Output, 2> outputs_;
  SteadyTime now_{std::chrono::seconds(1'000)};
};

TEST_F(LogBound, EveryLineOfEveryFileArrivesAlsoWhileOneOutputIsStuck) {
  Output& swift = outputs_[0];
  Output& stuck = outputs_[1];
  for (const char* text : {"second", "third"}) {
    look();
    drain(swift);
    for (int i = 0; i < kFiles; ++i) {
      write(i, text);
    }
  }
  for (int i = 0; i < kFiles; ++i) {  // a rotation of all
    std::filesystem::rename(tree_.path(directory(i) + "/0.log"),
                            tree_.path(directory(i) + "/0.log.20261122-143703"));
    write(i, "fourth");
  }
  for (int i = 0; i < 6; ++i) {
    look();
    drain(swift);
  }
  EXPECT_EQ(swift.texts, all_of({"first", "second", "third", "fourth"}));
  EXPECT_GT(metrics_.gauge(log_metrics::kParkedFiles).Value(), kFiles - kBound);
  EXPECT_TRUE(stuck.texts.empty());
  for (int i = 0; i < 6; ++i) {
    look();
    drain(stuck);
  }
  EXPECT_EQ(stuck.texts, all_of({"first", "second", "third", "fourth"}));
  EXPECT_EQ(lost("").bytes, 0U);
}

TEST_F(LogBound, WhatIsDeletedWhileItIsParkedIsLostExactly) {
  look();
  drain(outputs_[0]);
  std::uint64_t parked_bytes = 0;
  std::size_t parked = 0;
  const auto chains = catalog_.chains();
  for (const auto& chain : *chains) {
    parked += chain->files[0]->descriptor().parked() ? 1U : 0U;
    parked_bytes += chain->files[0]->descriptor().parked() ? chain->files[0]->size() : 0;
  }
  EXPECT_EQ(parked, kFiles - kBound);
  std::filesystem::remove_all(tree_.path("var/log/pods"));
  for (int i = 0; i < 4; ++i) {
    look();
    drain(outputs_[1]);
  }
  EXPECT_EQ(outputs_[1].texts.size(), kBound) << "those that were open";
  EXPECT_EQ(lost("deleted_unopened").bytes, parked_bytes) << "the other output had read all";
  look();
  EXPECT_EQ(catalog_.chains()->size(), 0U);
}

// Their disk is far below the budget, and none of them can be opened again.
TEST_F(LogBound, DeletedFilesTakeNoMoreDescriptorsThanTheBound) {
  for (int i = kFiles; i < 2 * kFiles; ++i) {
    write(i, "first");
    now_ += Milliseconds(1'000);
    discovery_->turn(now_);
    std::filesystem::remove_all(tree_.path(directory(i)));
    now_ += Milliseconds(1'000);
    discovery_->turn(now_);
    for (Output& output : outputs_) {
      (void)output.reader->refresh(now_, false);
    }
    EXPECT_LE(metrics_.gauge(log_metrics::kOpenFiles).Value(), kBound + 2);
  }
  EXPECT_EQ(lost("deleted_budget").lines % 2, 0U);
  EXPECT_GE(lost("deleted_budget").lines, 2U * (kFiles - kBound - 2));
}

TEST_F(LogBound, WithoutDescriptorsNothingIsLost) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<UniqueFd> used;
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  for (Result<UniqueFd> fd = open_at(AT_FDCWD, "/", O_RDONLY); fd;
       fd = open_at(AT_FDCWD, "/", O_RDONLY)) {
    used.push_back(std::move(*fd));
  }
  used.resize(used.size() - 4);  // what a look at a directory takes, and a file or two
  for (int i = 0; i < 3; ++i) {
    look();
    drain(outputs_[0]);
  }
  EXPECT_GT(metrics_.counter(log_metrics::kDescriptorShortages).Value(), 0);
  used.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (int i = 0; i < 3; ++i) {
    look();
    drain(outputs_[0]);
    drain(outputs_[1]);
  }
  EXPECT_EQ(outputs_[0].texts, all_of({"first"}));
  EXPECT_EQ(outputs_[1].texts, all_of({"first"}));
  EXPECT_EQ(lost("").bytes, 0U);
}

}  // namespace
}  // namespace supercargo
