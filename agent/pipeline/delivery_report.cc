#include "agent/pipeline/delivery_report.h"

#include <chrono>
#include <utility>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {

DeliveryReport::DeliveryReport(OutputIdentity identity, SelfMetrics& metrics)
    : identity_(std::move(identity)),
      metrics_(metrics),
      request_bytes_total_(metrics.counter(pipeline_metrics::kRequestBytes, {identity_.name})),
      retrying_(metrics.gauge(pipeline_metrics::kRetrying, {identity_.name})) {
  status_.name = identity_.name;
  status_.type = identity_.type;
  status_.destination = identity_.destination;
  metrics_.counter(pipeline_metrics::kRequests, {identity_.name, "delivered"});
}

OutputStatus DeliveryReport::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void DeliveryReport::note_sent(std::size_t request_bytes) {
  request_bytes_total_.Increment(static_cast<double>(request_bytes));
}

void DeliveryReport::note_outcome(const Outcome& outcome, SteadyTime now) {
  const bool delivered = outcome.kind == Outcome::Kind::kDelivered;
  metrics_
      .counter(pipeline_metrics::kRequests,
               {identity_.name, delivered ? "delivered" : outcome.reason})
      .Increment();
  for (const Outcome::Part& part : outcome.parts) {
    note_part(part, now);
  }
}

void DeliveryReport::note_part(const Outcome::Part& part, SteadyTime now) {
  std::uint64_t suppressed = 0;
  if (part.kind != Outcome::Kind::kDelivered && part_logs_[part.reason].allow(now, suppressed)) {
    log_warn("Receiver does not take a container's lines now: they stay in the log files.",
             {{"output", identity_.name},
              {"reason", part.reason},
              {"detail", part.detail},
              {"hold_ms", part.hold.count()},
              {"suppressed", suppressed}});
  }
  for (const Outcome::Refusal& refusal : part.refused) {
    note_loss(refusal.reason, part.detail, now);
  }
}

void DeliveryReport::note_delivered(SteadyTime now) {
  if (const auto since = std::exchange(failing_since_, std::nullopt)) {
    log_info("Output works again.",
             {{"output", identity_.name},
              {"seconds", std::chrono::duration_cast<std::chrono::seconds>(now - *since).count()}});
  }
  const std::lock_guard lock(mutex_);
  status_.last_error.clear();
}

void DeliveryReport::note_failure(const Outcome& outcome, std::uint32_t failures, SteadyTime now) {
  note_error(outcome);
  std::uint64_t suppressed = 0;
  if (failure_log_.allow(now, suppressed)) {
    failing_since_ = failing_since_.value_or(now);
    log_warn("Output failed: lines stay in the log files.",
             {{"output", identity_.name},
              {"reason", outcome.reason},
              {"detail", outcome.detail},
              {"failures", failures},
              {"suppressed", suppressed}});
  }
}

void DeliveryReport::note_loss(const std::string& reason,
                               const std::string& detail,
                               SteadyTime now) {
  std::uint64_t suppressed = 0;
  if (loss_logs_[reason].allow(now, suppressed)) {
    log_error("Receiver refused lines for good: dropped and counted.",
              {{"output", identity_.name},
               {"reason", reason},
               {"detail", detail},
               {"suppressed", suppressed}});
  }
}

void DeliveryReport::note_error(const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  status_.last_error = outcome.reason + (outcome.detail.empty() ? "" : ": ") + outcome.detail;
}

void DeliveryReport::publish(const Backlog& backlog,
                             std::size_t in_flight,
                             bool retrying,
                             SteadyTime now) {
  retrying_.Set(retrying ? 1 : 0);
  const std::lock_guard lock(mutex_);
  status_.requests_in_flight = in_flight;
  status_.oldest_pending_seconds =
      backlog.oldest ? std::chrono::duration<double>(now - *backlog.oldest).count() : 0.0;
  if (retrying) {
    status_.state = OutputStatus::State::kRetrying;
  } else {
    status_.state = in_flight > 0 ? OutputStatus::State::kSending : OutputStatus::State::kIdle;
  }
}

void DeliveryReport::note_end(const Backlog& backlog, std::size_t in_flight) {
  retrying_.Set(0);
  if (backlog.all_bytes() > 0 || in_flight > 0) {
    log_info(
        "Output ends before all is delivered: the rest stays in the log files for the next start.",
        {{"output", identity_.name},
         {"waiting_bytes", backlog.all_bytes()},
         {"requests_in_flight", in_flight}});
  }
  const std::lock_guard lock(mutex_);
  status_.state = OutputStatus::State::kStopped;
}

}  // namespace supercargo
