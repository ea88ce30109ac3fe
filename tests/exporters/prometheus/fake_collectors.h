// Collectors for tests of the scraper: one that gives what it is told, one that hangs until it is
// let go.
//
// Made by a test, called by the collect thread or its worker.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/collector.h"

namespace supercargo::test {

class FakeCollector : public Collector {
 public:
  using Body = std::function<Status(SampleSet&)>;

  FakeCollector(std::string name, std::vector<MetricDesc> families, Body body)
      : name_(std::move(name)), families_(std::move(families)), body_(std::move(body)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override { return families_; }

  void expect_wanted(const std::vector<bool>& families) override { wanted_ = families; }

  Status collect(SampleSet& out) override {
    if (running_.exchange(true)) {
      overlapped_ = true;
    }
    ++passes_;
    Status status = body_(out);
    running_ = false;
    return status;
  }

  [[nodiscard]] int passes() const { return passes_; }

  // What its last pass was asked for. Requires: that pass is over.
  [[nodiscard]] const std::vector<bool>& wanted() const { return wanted_; }

  // True when it was ever called while a call was under way.
  [[nodiscard]] bool overlapped() const { return overlapped_; }

 private:
  const std::string name_;
  const std::vector<MetricDesc> families_;
  const Body body_;
  std::vector<bool> wanted_;
  std::atomic<int> passes_{0};
  std::atomic<bool> running_{false};
  std::atomic<bool> overlapped_{false};
};

// One gauge `name` with a value that counts its passes.
inline std::shared_ptr<FakeCollector> counting_collector(const char* name) {
  auto passes = std::make_shared<int>(0);
  return std::make_shared<FakeCollector>(
      name,
      std::vector<MetricDesc>{{name, "Passes.", MetricKind::kGauge}},
      [passes](SampleSet& out) -> Status {
        out.add(0, SampleSet::kNoLabels, ++*passes);
        return Ok{};
      });
}

// Hangs in its first pass until it is let go. Its latches live as long as a thread waits for them.
class HangingCollector {
 public:
  std::shared_ptr<FakeCollector> make(const char* name) {
    auto passes = std::make_shared<int>(0);
    return std::make_shared<FakeCollector>(
        name,
        std::vector<MetricDesc>{{name, "Passes.", MetricKind::kGauge}},
        [latches = latches_, passes](SampleSet& out) -> Status {
          out.add(0, SampleSet::kNoLabels, ++*passes);
          if (*passes == 1) {
            latches->entered.count_down();
            latches->released.wait();
          }
          return Ok{};
        });
  }

  void wait_until_entered() { latches_->entered.wait(); }

  void release() { latches_->released.count_down(); }

 private:
  struct Latches {
    std::latch entered{1};
    std::latch released{1};
  };

  std::shared_ptr<Latches> latches_ = std::make_shared<Latches>();
};

}  // namespace supercargo::test
