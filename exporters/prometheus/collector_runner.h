// Runs collectors one after another on a thread of its own, so that one that hangs costs its own
// samples only.
//
// Owned and called by the collect thread. Normally there is one worker thread. A collector may use
// half of the time that is left of a pass; when it overruns that, its worker is given up (it ends
// when the collector returns), a new one goes on with the next collector, and the stuck collector
// is left out of later passes until it has returned. So there are never more threads than stuck
// collectors and one. One collector never runs twice at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/collector.h"

namespace supercargo {

enum class MetricGroup : std::uint8_t { kContainer, kNode, kSelf };

struct CollectorRun {
  enum class Outcome : std::uint8_t { kOk, kUnavailable, kFailed, kOverran, kStillStuck };
  Outcome outcome = Outcome::kOk;
  double seconds = 0;
  std::string message;  // empty when kOk
};

// A collector with the samples of its last run. `samples` belongs to the worker during a run and
// while the collector is stuck, else to the collect thread.
struct CollectorSlot {
  CollectorSlot(MetricGroup in_group, std::shared_ptr<Collector> its_collector)
      : group(in_group),
        collector(std::move(its_collector)),
        samples(collector->families()),
        wanted(collector->families().size(), true) {}

  [[nodiscard]] bool has_samples() const {
    return last && last->outcome != CollectorRun::Outcome::kOverran &&
           last->outcome != CollectorRun::Outcome::kStillStuck;
  }

  const MetricGroup group;
  const std::shared_ptr<Collector> collector;
  SampleSet samples;
  std::vector<bool> wanted;  // see Collector::expect_wanted; the collect thread's
  std::optional<CollectorRun> last;
  bool busy = false;  // for CollectorRunner only
};

class CollectorRunner {
 public:
  CollectorRunner();
  ~CollectorRunner();
  CollectorRunner(const CollectorRunner&) = delete;
  CollectorRunner& operator=(const CollectorRunner&) = delete;

  // Runs the collectors in this order and sets `last` of each; back at `deadline` at the latest.
  void run(std::span<const std::shared_ptr<CollectorSlot>> slots, SteadyTime deadline);

  // Makes a running pass end by `deadline`, if that is earlier than its own. Any thread.
  void bring_forward(SteadyTime deadline);

 private:
  struct Shared;
  bool start_worker();
  void give_up_current(SteadyTime now);
  void drop_queue(const std::string& why);

  const std::shared_ptr<Shared> shared_;
};

}  // namespace supercargo
