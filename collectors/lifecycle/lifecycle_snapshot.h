// What scrapes hide, as it was at the last look: immutable, shared by all who scrape.
//
// Made by ContainerWatch on its thread; read by any. Label blocks are rendered once and shared.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/lifecycle/lifecycle_event.h"

namespace supercargo {

using SharedLabels = std::shared_ptr<const std::string>;

struct LifecycleSnapshot {
  struct Peaks {
    SharedLabels labels;
    double cpu_cores = 0;
    double memory_bytes = 0;
    std::optional<double> throttled_ratio;    // where there is a quota
    std::optional<double> throttled_seconds;  // likewise
  };

  // Of all containers that had the name.
  struct Counts {
    SharedLabels labels;
    std::uint64_t starts = 0;
    std::uint64_t exits = 0;
    std::uint64_t oom_kills = 0;
  };

  struct Kills {
    SharedLabels labels;
    std::uint64_t oom_kills = 0;
  };

  struct Ended {
    SharedLabels labels;
    std::int64_t end_ns = 0;
    FinalSample final;
  };

  std::vector<Peaks> peaks;
  std::vector<Counts> counts;
  std::vector<Kills> pods;
  std::vector<Kills> namespaces;
  std::vector<Ended> ended;
  std::uint64_t ended_left_out = 0;
  std::array<std::uint64_t, kLifecycleKinds> events{};  // written for the outputs
  std::uint64_t events_dropped = 0;
};

// Where the watch leaves its snapshots, and collectors find them. Any thread.
class LifecycleBoard {
 public:
  void publish(std::shared_ptr<const LifecycleSnapshot> snapshot) {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
  }

  // Null while nobody watches.
  [[nodiscard]] std::shared_ptr<const LifecycleSnapshot> snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const LifecycleSnapshot> snapshot_;
};

}  // namespace supercargo
