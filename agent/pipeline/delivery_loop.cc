#include "agent/pipeline/delivery_loop.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/pipeline/pipeline_metrics.h"

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
    : identity_(std::move(identity)),
      config_(config),
      source_(std::move(source)),
      sender_(std::move(sender)),
      metrics_(metrics),
      request_bytes_total_(metrics.counter(pipeline_metrics::kRequestBytes, {identity_.name})),
      retrying_(metrics.gauge(pipeline_metrics::kRetrying, {identity_.name})),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stop_at_(kNotStopping),
      backoff_(config.backoff.initial,
               config.backoff.max,
               std::hash<std::string>{}(identity_.name) ^
                   static_cast<std::uint64_t>(unix_nanoseconds_now())),
      request_size_(config.batch_bytes) {
  status_.name = identity_.name;
  status_.type = identity_.type;
  status_.destination = identity_.destination;
  metrics_.counter(pipeline_metrics::kRequests, {identity_.name, "delivered"});
}

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

OutputStatus DeliveryLoop::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

SteadyTime DeliveryLoop::last_turn() const {
  return steady(last_turn_.load(std::memory_order_relaxed));
}

void DeliveryLoop::run() {
  while (turn(steady_now())) {
  }
  source_->save(steady_now(), /*force=*/true);
  report_end();
  {
    const std::lock_guard lock(status_mutex_);
    status_.state = OutputStatus::State::kStopped;
  }
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
  publish(now);
  const bool drained =
      backlog_.readable_bytes == 0 && backlog_.delayed_bytes == 0 && sender_->in_flight() == 0;
  if (stopping && (drained || now >= stop_at)) {
    return false;
  }
  outcomes_.clear();
  sender_->wait(wake_fd_.get(), time_to_wait(now), outcomes_);
  eventfd_t ignored = 0;
  (void)::eventfd_read(wake_fd_.get(), &ignored);
  const SteadyTime after = steady_now();
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
    request_bytes_total_.Increment(static_cast<double>(sender_->open_bytes()));
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
  const bool delivered = outcome.kind == Outcome::Kind::kDelivered;
  metrics_
      .counter(pipeline_metrics::kRequests,
               {identity_.name, delivered ? "delivered" : outcome.reason})
      .Increment();
  if (!outcome.parts.empty()) {
    handle_parts(outcome, now);
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

// The others go on meanwhile.
void DeliveryLoop::handle_parts(const Outcome& outcome, SteadyTime now) {
  source_->settle_parts(outcome.request, outcome.parts, now);
  save_until_ = now + kSaveWait;
  for (const Outcome::Part& part : outcome.parts) {
    std::uint64_t suppressed = 0;
    if (part.kind == Outcome::Kind::kRetry && part_log_.allow(now, suppressed)) {
      log_warn("Receiver does not take a container's lines now: they stay in the log files.",
               {{"output", identity_.name},
                {"reason", part.reason},
                {"detail", part.detail},
                {"hold_ms", part.hold.count()},
                {"suppressed", suppressed}});
    }
    for (const Outcome::Refusal& refusal : part.refused) {
      report_loss(refusal.reason, part.detail, now);
    }
  }
}

void DeliveryLoop::handle_delivered(const Outcome& outcome, SteadyTime now) {
  source_->settle(outcome.request);
  // A wait that a later failure asked for goes on: this request was in flight before it.
  backoff_.reset();
  save_until_ = now + kSaveWait;
  request_size_.grow();
  if (const auto since = std::exchange(failing_since_, std::nullopt)) {
    log_info("Output works again.",
             {{"output", identity_.name},
              {"seconds", std::chrono::duration_cast<std::chrono::seconds>(now - *since).count()}});
  }
  const std::lock_guard lock(status_mutex_);
  status_.last_error.clear();
}

void DeliveryLoop::retry(const Outcome& outcome, SteadyTime now) {
  report_failure(outcome, now);
  source_->rewind(outcome.request);
  if (!sender_->ordered()) {  // whose answers take too long to wait for each
    request_size_.start_slowly();
  }
  // Requests that failed together are one failure of the receiver.
  retry_at_ = now < retry_at_ ? std::max(retry_at_, now + outcome.retry_after)
                              : now + backoff_.next(outcome.retry_after);
}

void DeliveryLoop::drop(const Outcome& outcome, SteadyTime now) {
  note_error(outcome);
  source_->drop(outcome.request, outcome.reason);
  save_until_ = now + kSaveWait;
  report_loss(outcome.reason, outcome.detail, now);
}

void DeliveryLoop::report_loss(const std::string& reason,
                               const std::string& detail,
                               SteadyTime now) {
  std::uint64_t suppressed = 0;
  if (loss_log_.allow(now, suppressed)) {
    log_error("Receiver refused lines for good: dropped and counted.",
              {{"output", identity_.name},
               {"reason", reason},
               {"detail", detail},
               {"suppressed", suppressed}});
  }
}

void DeliveryLoop::note_error(const Outcome& outcome) {
  const std::lock_guard lock(status_mutex_);
  status_.last_error = outcome.reason + (outcome.detail.empty() ? "" : ": ") + outcome.detail;
}

void DeliveryLoop::report_failure(const Outcome& outcome, SteadyTime now) {
  note_error(outcome);
  std::uint64_t suppressed = 0;
  if (failure_log_.allow(now, suppressed)) {
    failing_since_ = failing_since_.value_or(now);
    log_warn("Output failed: lines stay in the log files.",
             {{"output", identity_.name},
              {"reason", outcome.reason},
              {"detail", outcome.detail},
              {"failures", backoff_.failures() + 1},
              {"suppressed", suppressed}});
  }
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
  report_failure(outcome, now);
  request_size_.shrink_below(sent.limit);
  source_->rewind(outcome.request);
  retry_at_ = std::max(retry_at_, now + outcome.retry_after);
}

// Nobody may be there to look at the metrics any more.
void DeliveryLoop::report_end() {
  retrying_.Set(0);
  if (backlog_.all_bytes() > 0 || sender_->in_flight() > 0) {
    log_info(
        "Output ends before all is delivered: the rest stays in the log files for the next start.",
        {{"output", identity_.name},
         {"waiting_bytes", backlog_.all_bytes()},
         {"requests_in_flight", sender_->in_flight()}});
  }
}

void DeliveryLoop::publish(SteadyTime now) {
  const bool retrying = now < retry_at_ || backoff_.failures() > 0;
  retrying_.Set(retrying ? 1 : 0);
  const std::lock_guard lock(status_mutex_);
  status_.requests_in_flight = sender_->in_flight();
  status_.oldest_pending_seconds =
      backlog_.oldest ? std::chrono::duration<double>(now - *backlog_.oldest).count() : 0.0;
  if (retrying) {
    status_.state = OutputStatus::State::kRetrying;
  } else {
    status_.state =
        sender_->in_flight() > 0 ? OutputStatus::State::kSending : OutputStatus::State::kIdle;
  }
}

}  // namespace supercargo
