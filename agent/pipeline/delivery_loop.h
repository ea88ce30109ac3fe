// The thread of one output: reads records when a request is due, sends it, and moves the cursors
// when it is answered.
//
// agent/app owns one for each output. start() begins the thread, which owns the source and the
// sender from then on; wake(), status() and stop() may be called by any thread. The loop shares
// nothing with other outputs, so a dead receiver delays only its own lines. It keeps no lines: a
// failed request is read again from the log.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/fd.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/backoff.h"
#include "agent/pipeline/delivery_report.h"
#include "agent/pipeline/record_source.h"
#include "agent/pipeline/request_size.h"
#include "agent/pipeline/sender.h"

namespace supercargo {

class DeliveryLoop {
 public:
  DeliveryLoop(OutputIdentity identity,
               DeliveryConfig config,
               std::unique_ptr<RecordSource> source,
               std::unique_ptr<Sender> sender,
               SelfMetrics& metrics);
  ~DeliveryLoop();  // as stop() without time to drain
  DeliveryLoop(const DeliveryLoop&) = delete;
  DeliveryLoop& operator=(const DeliveryLoop&) = delete;

  void start();

  // Something may have been written, or the end is near.
  void wake();

  // Begins to drain: what is in the files now is sent, batches do not wait, until `deadline`; then
  // the thread ends.
  void begin_stop(SteadyTime deadline);

  // Waits for the thread. Requires: begin_stop().
  void join() { thread_.join(); }

  [[nodiscard]] OutputStatus status() const { return report_.status(); }

  // The thread has ended, or never began.
  [[nodiscard]] bool finished() const { return finished_.load(std::memory_order_acquire); }

  // The agent is short of memory: each step above 0 halves what this output may hold.
  void set_memory_pressure(unsigned pressure) {
    memory_pressure_.store(pressure, std::memory_order_relaxed);
  }

  // When the thread last began a turn, for a watchdog.
  [[nodiscard]] SteadyTime last_turn() const;

  // One turn of the loop, without its thread: for tests. Returns false when draining is over.
  bool turn(SteadyTime now);

 private:
  void run();
  void send_due(SteadyTime now);
  bool send_one(SteadyTime now);
  void handle(const Outcome& outcome, SteadyTime now);
  void handle_delivered(const Outcome& outcome, SteadyTime now);
  void handle_too_large(const Outcome& outcome, SteadyTime now);
  void retry(const Outcome& outcome, SteadyTime now);
  void drop(const Outcome& outcome, SteadyTime now);
  [[nodiscard]] Milliseconds time_to_wait(SteadyTime now) const;
  [[nodiscard]] bool is_due(SteadyTime now) const;
  [[nodiscard]] bool may_send() const;

  const DeliveryConfig config_;
  const std::unique_ptr<RecordSource> source_;
  const std::unique_ptr<Sender> sender_;
  UniqueFd wake_fd_;
  std::jthread thread_;
  std::atomic<SteadyTime::rep> stop_at_;  // steady nanoseconds; max: not stopping

  std::atomic<unsigned> memory_pressure_{0};
  std::atomic<bool> finished_{true};
  std::atomic<SteadyTime::rep> last_turn_{0};

  // The rest is the loop's own.
  Backoff backoff_;
  SteadyTime retry_at_{};
  bool draining_ = false;
  std::optional<SteadyTime> save_by_;  // cursors have moved since the last save

  // What a request was bounded by when it was sent, and what it became.
  struct Sent {
    std::size_t limit = 0;
    std::size_t bytes = 0;
  };

  RequestSize request_size_;
  std::map<RequestId, Sent> sent_;
  SteadyTime save_until_{};  // what was settled may not be saved before
  RequestId next_request_ = 1;
  Backlog backlog_;
  std::vector<Outcome> outcomes_;
  DeliveryReport report_;
};

}  // namespace supercargo
