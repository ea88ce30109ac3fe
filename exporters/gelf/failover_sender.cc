#include "exporters/gelf/failover_sender.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "exporters/gelf/gelf_counters.h"

namespace supercargo {
namespace {

constexpr Milliseconds kLook{50};  // at what goes on beside the address in use

bool is_failure(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::kRetry && outcome.reason != "http_429";
}

}  // namespace

FailoverSender::FailoverSender(std::vector<Address> addresses,
                               Milliseconds try_again,
                               std::string_view output,
                               SelfMetrics& metrics)
    : try_again_(try_again), output_(output) {
  for (Address& address : addresses) {
    const std::string text = address.text;
    entries_.push_back({std::move(address),
                        metrics.gauge(gelf_metrics::kAddressUsed, {output, text}),
                        metrics.counter(gelf_metrics::kAddressFailures, {output, text}),
                        {}});
  }
  entries_[active_].used.Set(1);
}

bool FailoverSender::ready() const {
  const bool waits = better_ && ordered();
  return !waits && active().ready();
}

std::size_t FailoverSender::in_flight() const {
  std::size_t count = 0;
  for (const Entry& entry : entries_) {
    count += entry.address.sender->in_flight();
  }
  return count;
}

void FailoverSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  try_better(steady_now());
  const std::size_t before = outcomes.size();
  wait_for_others(outcomes);
  const bool beside = in_flight() > active().in_flight() ||
                      std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
                        return entry.address.probe.running();
                      });
  timeout = beside ? std::min(timeout, kLook) : timeout;
  const std::size_t used = active_;
  const std::size_t from = outcomes.size();
  active().wait(wake_fd, from > before ? Milliseconds(0) : timeout, outcomes);
  note_outcomes(used, outcomes, from);
  const bool in_order = !ordered() || active().in_flight() == 0;
  if (better_ && in_order && active().open_bytes() == 0) {
    use(*std::exchange(better_, std::nullopt));
    log_info("A better address can be reached again: it is used.",
             {{"output", output_}, {"address", entries_[active_].address.text}});
  }
}

// What an address that was left still owes answers to.
void FailoverSender::wait_for_others(std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Sender& sender = *entries_[i].address.sender;
    if (i != active_ && sender.in_flight() > 0) {
      sender.wait(-1, Milliseconds(0), outcomes);
    }
  }
}

// Requests that failed together are one failure.
void FailoverSender::note_outcomes(std::size_t index,
                                   const std::vector<Outcome>& outcomes,
                                   std::size_t from) {
  for (std::size_t i = from; i < outcomes.size() && active_ == index; ++i) {
    if (is_failure(outcomes[i])) {
      give_up(outcomes[i], steady_now());
    }
  }
}

void FailoverSender::give_up(const Outcome& outcome, SteadyTime now) {
  Entry& failed = entries_[active_];
  failed.failures.Increment();
  failed.left_alone_until = now + try_again_;
  better_.reset();
  const std::size_t next = next_address(now);
  std::uint64_t suppressed = 0;
  if (log_.allow(now, suppressed)) {
    log_warn("Receiver failed: the next address is used.",
             {{"output", output_},
              {"address", failed.address.text},
              {"reason", outcome.reason},
              {"detail", outcome.detail},
              {"next", entries_[next].address.text},
              {"suppressed", suppressed}});
  }
  use(next);
}

// The best that is not left alone; where all are, the next in turn.
std::size_t FailoverSender::next_address(SteadyTime now) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].left_alone_until <= now) {
      return i;
    }
  }
  return (active_ + 1) % entries_.size();
}

void FailoverSender::try_better(SteadyTime now) {
  for (std::size_t i = 0; i < active_ && !better_; ++i) {
    Entry& entry = entries_[i];
    if (!entry.address.probe.running()) {
      if (entry.left_alone_until > now) {
        continue;
      }
      entry.address.probe.start(now);
    }
    const std::optional<Status> answer = entry.address.probe.look(now);
    if (!answer) {
      continue;
    }
    if (*answer) {
      better_ = i;
    } else {
      entry.left_alone_until = now + try_again_;
    }
  }
}

void FailoverSender::use(std::size_t index) {
  entries_[active_].used.Set(0);
  active_ = index;
  entries_[active_].used.Set(1);
}

}  // namespace supercargo
