#include "exporters/gelf/gelf_tcp_sender.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>

namespace supercargo {
namespace {

constexpr Milliseconds kBusyLook{2};
constexpr Milliseconds kLongestLook{500};
constexpr Milliseconds kLastWords{500};  // for the rest of a message, at the end

int poll_timeout(SteadyTime now, SteadyTime until) {
  const auto left = std::chrono::ceil<Milliseconds>(until - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

std::string reason_of(const Error& error) {
  if (error.message.find("tls: ") != std::string::npos) {
    return "tls";
  }
  const bool late = error.code == ErrorCode::kCancelled ||
                    error.message.ends_with(errno_error("", ETIMEDOUT).message);
  return late ? "timeout" : "connection";
}

}  // namespace

GelfTcpSender::GelfTcpSender(const GelfConfig& config,
                             const DeliveryConfig& delivery,
                             const GelfEndpoint& endpoint,
                             GelfEncoder::Options encoding,
                             const GelfCounters& counters)
    : delivery_(delivery),
      confirm_bytes_(config.confirm_bytes),
      look_interval_(std::clamp(config.confirm_after / 8, kBusyLook, kLongestLook)),
      counters_(counters),
      encoder_(std::move(encoding), counters),
      connection_(endpoint, config.tls, delivery.request_timeout),
      window_(config.confirm_after, config.confirm_bytes),
      patience_(config.confirm_after) {}

GelfTcpSender::~GelfTcpSender() {
  if (connection_.state() == StreamConnection::State::kOpen &&
      !connection_.finish(rest_of_message(), kLastWords)) {
    connection_.abort();
  }
}

// Of the one that is partly sent.
std::string_view GelfTcpSender::rest_of_message() const {
  if (queue_.empty() || queue_sent_ == 0 || queue_.front()[queue_sent_ - 1] == '\0') {
    return {};
  }
  const std::string_view rest = std::string_view(queue_.front()).substr(queue_sent_);
  return rest.substr(0, rest.find('\0') + 1);
}

// The oldest request settles when `confirm_bytes` of later ones have arrived, so it must not count
// against them: short lines grow when they are encoded, and a request may be several times
// batch_bytes. Where it did count, everything waited for `confirm_after`.
bool GelfTcpSender::ready() const {
  const std::uint64_t request = std::max(delivery_.batch_bytes, window_.oldest_bytes());
  return queue_.empty() && window_.unsettled_bytes() < confirm_bytes_ + 2 * request;
}

void GelfTcpSender::send(RequestId id) {
  const SteadyTime now = steady_now();
  if (connection_.position() == acknowledged_ || window_.requests() == 0) {
    last_progress_ = now;  // nothing was outstanding: the peer had nothing to acknowledge
  }
  window_.add(id, open_.size());
  queue_.push_back(std::exchange(open_, std::exchange(spare_, {})));
  if (connection_.state() == StreamConnection::State::kClosed) {
    acknowledged_ = 0;
    connection_.open(now);
  }
}

void GelfTcpSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  const std::size_t before = outcomes.size();
  const bool was_ready = ready();
  SteadyTime now = steady_now();
  const SteadyTime end = now + timeout;
  for (;;) {
    const Status status = step(now);
    if (!status) {
      fail(status.error(), now, outcomes);
    }
    window_.settle(now, outcomes);
    if (outcomes.size() > before || (ready() && !was_ready)) {
      return;
    }
    std::array<pollfd, 2> entries{pollfd{wake_fd, POLLIN, 0},
                                  connection_.poll_entry(!queue_.empty())};
    const int count =
        ::poll(entries.data(), entries.size(), poll_timeout(now, std::min(end, next_event(now))));
    now = steady_now();
    if ((count > 0 && entries[0].revents != 0) || now >= end) {
      return;
    }
  }
}

// The peer's close is looked for before anything is settled: a request whose time is up while the
// connection is already gone has not been confirmed.
Status GelfTcpSender::step(SteadyTime now) {
  const auto state = connection_.state();
  if (state == StreamConnection::State::kClosed) {
    return Ok{};
  }
  Status status = connection_.advance(now);
  if (!status || connection_.state() != StreamConnection::State::kOpen) {
    return status;
  }
  if (state != StreamConnection::State::kOpen) {
    counters_.connections.Increment();
    last_progress_ = now;
  }
  status = write_queue();
  return status ? watch_progress(now) : std::move(status);
}

Status GelfTcpSender::write_queue() {
  while (!queue_.empty()) {
    const std::string& front = queue_.front();
    Result<std::size_t> count = connection_.write(std::string_view(front).substr(queue_sent_));
    if (!count) {
      return std::move(count).error();
    }
    if (*count == 0) {
      return Ok{};
    }
    queue_sent_ += *count;
    if (queue_sent_ == front.size()) {
      window_.written(connection_.position());
      recycle(std::move(queue_.front()));
      queue_.pop_front();
      queue_sent_ = 0;
    }
  }
  return Ok{};
}

Status GelfTcpSender::watch_progress(SteadyTime now) {
  const std::uint64_t acknowledged = connection_.acknowledged();
  last_acknowledged_ = acknowledged > acknowledged_ ? now : last_acknowledged_;
  if (acknowledged > acknowledged_ || acknowledged == connection_.position()) {
    acknowledged_ = acknowledged;
    last_progress_ = now;
  }
  all_acknowledged_ = acknowledged > 0 && acknowledged == connection_.position();
  window_.acknowledged(acknowledged_, now);
  patience_.rested(rest(now).value_or(Milliseconds(0)));
  window_.set_confirm_after(patience_.confirm_after());
  if (now - last_progress_ >= delivery_.request_timeout) {
    return Error{
        ErrorCode::kCancelled,
        "no byte acknowledged for " + std::to_string(delivery_.request_timeout.count()) + " ms"};
  }
  return Ok{};
}

// TCP gives no event when bytes are acknowledged, so this thread looks: seldom, as long as nothing
// but the cursor waits for it, and often when sending does.
SteadyTime GelfTcpSender::next_event(SteadyTime now) const {
  SteadyTime next = now + std::chrono::minutes(1);
  if (const auto deadline = connection_.deadline()) {
    next = std::min(next, *deadline);
  }
  if (connection_.state() != StreamConnection::State::kOpen) {
    return next;
  }
  if (const auto settlement = window_.next_settlement()) {
    next = std::min(next, *settlement);
  }
  if (acknowledged_ != connection_.position()) {
    const bool blocked = queue_.empty() && !ready();
    next = std::min(next, now + (blocked ? kBusyLook : look_interval_));
    next = std::min(next, last_progress_ + delivery_.request_timeout);
  }
  return next;
}

// How long ago the last byte was acknowledged, where none is outstanding.
std::optional<Milliseconds> GelfTcpSender::rest(SteadyTime now) const {
  return all_acknowledged_ && queue_.empty()
             ? std::optional(std::chrono::floor<Milliseconds>(now - last_acknowledged_))
             : std::nullopt;
}

bool GelfTcpSender::closed_too_soon(const Error& error, SteadyTime now) {
  const std::optional<Milliseconds> rested = rest(now);
  const bool in_order = error.message.find(": closed by the peer") != std::string::npos;
  if (!rested || !in_order || window_.requests() == 0) {
    patience_.failed();
    return false;
  }
  return patience_.closed(*rested);
}

void GelfTcpSender::fail(const Error& error, SteadyTime now, std::vector<Outcome>& outcomes) {
  std::string detail = error.message;
  if (closed_too_soon(error, now)) {
    detail += " while it rested, sooner than confirm_after: what came last is sent again";
  }
  connection_.abort();
  acknowledged_ = 0;
  all_acknowledged_ = false;
  counters_.replayed.Increment(
      static_cast<double>(window_.fail(reason_of(error), detail, outcomes)));
  if (!queue_.empty()) {
    recycle(std::move(queue_.front()));
  }
  queue_.clear();
  queue_sent_ = 0;
}

void GelfTcpSender::recycle(std::string buffer) {
  if (buffer.capacity() > spare_.capacity()) {
    buffer.clear();
    spare_ = std::move(buffer);
  }
}

}  // namespace supercargo
