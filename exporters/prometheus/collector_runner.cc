#include "exporters/prometheus/collector_runner.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>

#include "agent/base/outliving_thread.h"

namespace supercargo {

using SlotPointer = std::shared_ptr<CollectorSlot>;

// Outlives the runner while a worker that was given up hangs in its collector.
struct CollectorRunner::Shared {
  std::mutex mutex;
  std::condition_variable work;     // for the worker: the queue has something, or stop
  std::condition_variable changed;  // for the collect thread: all is done, or a nearer deadline
  std::deque<SlotPointer> queue;
  SlotPointer current;
  SteadyTime current_started{};
  SteadyTime deadline{};
  std::uint64_t generation = 0;  // of the worker that counts; others end when they can
  bool worker_runs = false;
  bool stop = false;
  std::thread worker;

  [[nodiscard]] bool pass_ended() const { return queue.empty() && current == nullptr; }

  // A collector may use half of what is left of the pass when it starts.
  [[nodiscard]] SteadyTime give_up_at() const {
    return current_started + (deadline - current_started) / 2;
  }

  void work_until_given_up(std::uint64_t my_generation);
};

namespace {

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

CollectorRun describe(const Status& status, double seconds) {
  if (status) {
    return {CollectorRun::Outcome::kOk, seconds, {}};
  }
  const bool unavailable = status.error().code == ErrorCode::kUnavailable;
  return {unavailable ? CollectorRun::Outcome::kUnavailable : CollectorRun::Outcome::kFailed,
          seconds,
          status.error().message};
}

}  // namespace

void CollectorRunner::Shared::work_until_given_up(std::uint64_t my_generation) {
  std::unique_lock lock(mutex);
  for (;;) {
    work.wait(lock, [&] { return stop || generation != my_generation || !queue.empty(); });
    if (stop || generation != my_generation) {
      return;
    }
    const SlotPointer slot = std::move(queue.front());
    queue.pop_front();
    slot->busy = true;
    current = slot;
    const SteadyTime started = current_started = steady_now();
    const SteadyTime back_by = give_up_at();
    const std::vector<bool> wanted = slot->wanted;
    lock.unlock();
    slot->collector->expect_back_by(back_by);
    slot->collector->expect_wanted(wanted);
    slot->samples.clear();
    const Status status = slot->collector->collect(slot->samples);
    const double seconds = seconds_between(started, steady_now());
    lock.lock();
    slot->busy = false;
    if (generation != my_generation) {
      return;
    }
    slot->last = describe(status, seconds);
    current = nullptr;
    if (queue.empty()) {
      changed.notify_all();
    }
  }
}

CollectorRunner::CollectorRunner() : shared_(std::make_shared<Shared>()) {}

CollectorRunner::~CollectorRunner() {
  std::unique_lock lock(shared_->mutex);
  shared_->stop = true;
  shared_->queue.clear();
  shared_->work.notify_all();
  const bool returned = shared_->changed.wait_for(
      lock, std::chrono::seconds(1), [this] { return shared_->current == nullptr; });
  ++shared_->generation;
  std::thread worker = std::move(shared_->worker);
  lock.unlock();
  if (!worker.joinable()) {
    return;
  }
  if (returned) {
    worker.join();
  } else {
    worker.detach();
  }
}

// Requires: the mutex is held.
bool CollectorRunner::start_worker() {
  if (shared_->worker_runs) {
    return true;
  }
  try {
    shared_->worker = std::thread([shared = shared_, generation = shared_->generation] {
      const OutlivingThread counted;
      pthread_setname_np(pthread_self(), "collect-read");
      shared->work_until_given_up(generation);
    });
  } catch (const std::system_error&) {
    return false;
  }
  shared_->worker_runs = true;
  return true;
}

// Requires: the mutex is held, a collector runs.
void CollectorRunner::give_up_current(SteadyTime now) {
  Shared& shared = *shared_;
  shared.current->last = CollectorRun{CollectorRun::Outcome::kOverran,
                                      seconds_between(shared.current_started, now),
                                      "did not return within its share of the deadline"};
  shared.current = nullptr;
  ++shared.generation;
  shared.worker.detach();
  shared.worker_runs = false;
}

// Requires: the mutex is held.
void CollectorRunner::drop_queue(const std::string& why) {
  for (const SlotPointer& slot : shared_->queue) {
    slot->last = CollectorRun{CollectorRun::Outcome::kOverran, 0, why};
  }
  shared_->queue.clear();
}

void CollectorRunner::run(std::span<const SlotPointer> slots, SteadyTime deadline) {
  Shared& shared = *shared_;
  std::unique_lock lock(shared.mutex);
  shared.deadline = deadline;
  for (const SlotPointer& slot : slots) {
    if (slot->busy) {
      const double seconds = slot->last ? slot->last->seconds : 0;
      slot->last =
          CollectorRun{CollectorRun::Outcome::kStillStuck, seconds, "has not returned yet"};
    } else {
      shared.queue.push_back(slot);
    }
  }
  while (!shared.pass_ended()) {
    if (!start_worker()) {
      drop_queue("its thread could not be started");
      return;
    }
    shared.work.notify_one();
    const SteadyTime from = shared.current ? shared.current_started : steady_now();
    shared.changed.wait_until(lock, from + (shared.deadline - from) / 2);
    const SteadyTime now = steady_now();
    if (shared.current && now >= shared.give_up_at()) {
      give_up_current(now);
    }
    if (now >= shared.deadline) {
      drop_queue("the scrape's deadline was over before its turn");
    }
  }
}

void CollectorRunner::bring_forward(SteadyTime deadline) {
  const std::lock_guard lock(shared_->mutex);
  if (deadline < shared_->deadline) {
    shared_->deadline = deadline;
    shared_->changed.notify_all();
  }
}

}  // namespace supercargo
