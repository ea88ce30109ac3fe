#include "agent/pipeline/delivery_loop.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace supercargo {
namespace {

// Whoever refuses a request of that size as too large will not take any: it is the receiver, or
// what stands before it, that must be set right, and nothing is given up for that.
constexpr std::size_t kNeverTooLarge = std::size_t{2} << 10;
constexpr std::size_t kReadPerRequest = 4;
constexpr Milliseconds kIdleWait{1'000};  // the source's own housekeeping wants a look now and then
constexpr Milliseconds kSaveWait{100};    // what was settled goes to the journal within this
constexpr SteadyTime::rep kNotStopping = std::numeric_limits<SteadyTime::rep>::max();

SteadyTime steady(SteadyTime::rep ticks) {
  return SteadyTime(SteadyTime::duration(ticks));
}

}  // namespace

DeliveryLoop::DeliveryLoop(OutputIdentity identity,
                           DeliveryConfig config,
                           std::unique_ptr<RecordSource> source,
                           std::unique_ptr<Sender> sender,
                           SelfMetrics& metrics)
    : config_(config),
      source_(std::move(source)),
      sender_(std::move(sender)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stop_at_(kNotStopping),
      backoff_(config.backoff.initial,
               config.backoff.max,
               std::hash<std::string>{}(identity.name) ^
                   static_cast<std::uint64_t>(unix_nanoseconds_now())),
      request_size_(config.batch_bytes),
      report_(std::move(identity), metrics) {}

DeliveryLoop::~DeliveryLoop() {
  if (thread_.joinable()) {
    begin_stop(steady_now());
    join();
  }
}

void DeliveryLoop::start() {
  finished_.store(false, std::memory_order_release);
  last_turn_.store(steady_now().time_since_epoch().count(), std::memory_order_relaxed);
  thread_ = std::jthread([this] { run(); });
}

void DeliveryLoop::wake() {
  (void)::eventfd_write(wake_fd_.get(), 1);
}

void DeliveryLoop::begin_stop(SteadyTime deadline) {
  stop_at_.store(deadline.time_since_epoch().count(), std::memory_order_relaxed);
  wake();
}

SteadyTime DeliveryLoop::last_turn() const {
  return steady(last_turn_.load(std::memory_order_relaxed));
}

void DeliveryLoop::run() {
  // The kernel keeps 15 characters of a thread's name.
  pthread_setname_np(pthread_self(), ("out " + status().name).substr(0, 15).c_str());
  while (turn(steady_now())) {
  }
  source_->save(steady_now(), /*force=*/true);
  report_.note_end(backlog_, sender_->in_flight());
  finished_.store(true, std::memory_order_release);
}

bool DeliveryLoop::turn(SteadyTime now) {
  last_turn_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  request_size_.set_pressure(memory_pressure_.load(std::memory_order_relaxed));
  const SteadyTime stop_at = steady(stop_at_.load(std::memory_order_relaxed));
  const bool stopping = stop_at.time_since_epoch().count() != kNotStopping;
  if (stopping && !std::exchange(draining_, true)) {
    source_->begin_drain(now);
  }
  backlog_ = source_->refresh(now, sender_->ordered());
  send_due(now);
  source_->note_hold(now < retry_at_ || !sender_->ready());
  source_->save(now, /*force=*/false);
  report_.publish(backlog_, sender_->in_flight(), now < retry_at_ || backoff_.failures() > 0, now);
  const bool drained =
      backlog_.readable_bytes == 0 && backlog_.delayed_bytes == 0 && sender_->in_flight() == 0;
  if (stopping && (drained || now >= stop_at)) {
    return false;
  }
  outcomes_.clear();
  const SteadyTime before = steady_now();
  sender_->wait(wake_fd_.get(), time_to_wait(now), outcomes_);
  eventfd_t ignored = 0;
  (void)::eventfd_read(wake_fd_.get(), &ignored);
  const SteadyTime after = now + (steady_now() - before);
  for (const Outcome& outcome : outcomes_) {
    handle(outcome, after);
  }
  return true;
}

bool DeliveryLoop::is_due(SteadyTime now) const {
  if (backlog_.readable_bytes == 0 || now < retry_at_) {
    return false;
  }
  const bool stopping = stop_at_.load(std::memory_order_relaxed) != kNotStopping;
  return stopping || backlog_.readable_bytes >= request_size_.bytes() ||
         (backlog_.oldest && now - *backlog_.oldest >= config_.batch_wait);
}

// An ordered transport keeps nothing of what it has sent.
bool DeliveryLoop::may_send() const {
  const std::size_t most = request_size_.in_flight(config_.max_in_flight);
  return sender_->ready() && (sender_->ordered() || sender_->in_flight() < most);
}

// One request a turn: between two, the sender gets to move the others on (measured: lower latency,
// more throughput).
void DeliveryLoop::send_due(SteadyTime now) {
  if (is_due(now) && may_send()) {
    (void)send_one(now);
  }
}

bool DeliveryLoop::send_one(SteadyTime now) {
  // Much may be read that brings nothing to send (lines of a stream that is ahead of the other).
  const std::size_t most = request_size_.bytes();
  std::size_t may_read = kReadPerRequest * most;
  while (sender_->open_bytes() < most && may_read > 0) {
    const std::size_t room = most - sender_->open_bytes();
    const std::size_t bytes = source_->read_turn(next_request_, room, *sender_);
    if (bytes == 0) {
      break;
    }
    may_read -= std::min(may_read, bytes);
  }
  const bool sent = sender_->open_bytes() > 0;
  if (sent) {
    report_.note_sent(sender_->open_bytes());
    sent_[next_request_] = {most, sender_->open_bytes()};
    sender_->send(next_request_);
    ++next_request_;
  }
  backlog_ = source_->refresh(now, sender_->ordered());
  return sent;
}

Milliseconds DeliveryLoop::time_to_wait(SteadyTime now) const {
  Milliseconds wait = now < save_until_ ? kSaveWait : kIdleWait;
  if (backlog_.readable_bytes > 0) {
    if (is_due(now)) {
      return may_send() ? Milliseconds(0) : wait;
    }
    SteadyTime due = backlog_.oldest.value_or(now) + config_.batch_wait;
    due = std::max(due, retry_at_);
    wait = std::min(wait, std::chrono::ceil<Milliseconds>(due - now));
  }
  if (backlog_.look_at) {
    wait = std::min(wait, std::chrono::ceil<Milliseconds>(*backlog_.look_at - now));
  }
  const SteadyTime::rep stop_at = stop_at_.load(std::memory_order_relaxed);
  if (stop_at != kNotStopping) {
    wait = std::min({wait, kSaveWait, std::chrono::ceil<Milliseconds>(steady(stop_at) - now)});
  }
  return std::max(wait, Milliseconds(0));
}

void DeliveryLoop::handle(const Outcome& outcome, SteadyTime now) {
  report_.note_outcome(outcome, now);
  if (!outcome.parts.empty()) {
    source_->settle_parts(outcome.request, outcome.parts, now);
    save_until_ = now + kSaveWait;
  }
  switch (outcome.kind) {
    case Outcome::Kind::kDelivered:
      handle_delivered(outcome, now);
      break;
    case Outcome::Kind::kRefused:
      drop(outcome, now);
      break;
    case Outcome::Kind::kTooLarge:
      handle_too_large(outcome, now);
      break;
    case Outcome::Kind::kRetry:
      retry(outcome, now);
  }
  sent_.erase(outcome.request);
}

void DeliveryLoop::handle_delivered(const Outcome& outcome, SteadyTime now) {
  source_->settle(outcome.request);
  // A wait that a later failure asked for goes on: this request was in flight before it.
  backoff_.reset();
  save_until_ = now + kSaveWait;
  request_size_.grow();
  report_.note_delivered(now);
}

void DeliveryLoop::retry(const Outcome& outcome, SteadyTime now) {
  report_.note_failure(outcome, backoff_.failures() + 1, now);
  source_->rewind(outcome.request);
  if (!sender_->ordered()) {  // whose answers take too long to wait for each
    request_size_.start_slowly();
  }
  // Requests that failed together are one failure of the receiver.
  retry_at_ = now < retry_at_ ? std::max(retry_at_, now + outcome.retry_after)
                              : now + backoff_.next(outcome.retry_after);
}

void DeliveryLoop::drop(const Outcome& outcome, SteadyTime now) {
  source_->drop(outcome.request, outcome.reason);
  save_until_ = now + kSaveWait;
  report_.note_error(outcome);
  report_.note_loss(outcome.reason, outcome.detail, now);
}

// Others that were in flight with it were as large: only a single line is given up.
void DeliveryLoop::handle_too_large(const Outcome& outcome, SteadyTime now) {
  const auto known = sent_.find(outcome.request);
  const Sent sent =
      known == sent_.end() ? Sent{request_size_.bytes(), request_size_.bytes()} : known->second;
  if (sent.limit == RequestSize::kOneLine) {
    if (sent.bytes <= kNeverTooLarge) {
      retry(outcome, now);
    } else {
      drop(outcome, now);
    }
    return;
  }
  report_.note_failure(outcome, backoff_.failures() + 1, now);
  request_size_.shrink_below(sent.limit);
  source_->rewind(outcome.request);
  retry_at_ = std::max(retry_at_, now + outcome.retry_after);
}

}  // namespace supercargo
