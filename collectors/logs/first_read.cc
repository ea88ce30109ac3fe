#include "collectors/logs/first_read.h"

#include <algorithm>
#include <limits>

namespace supercargo {

FirstRead::FirstRead(const FirstReadConfig& config, std::uint64_t random)
    : jitter_(config.jitter.count() > 0
                  ? Milliseconds(random % static_cast<std::uint64_t>(config.jitter.count()))
                  : Milliseconds(0)),
      rate_(config.bytes_per_second) {}

void FirstRead::begin(SteadyTime now, std::uint64_t backlog_bytes) {
  begun_ = true;
  starts_at_ = now + jitter_;
  left_bytes_ = backlog_bytes;
  if (rate_ > 0) {
    bucket_.emplace(rate_, rate_);
  }
}

std::optional<SteadyTime> FirstRead::delayed_until() const {
  if (!begun_ || now_ >= starts_at_) {
    return bucket_ && bucket_->dry() ? std::optional(bucket_->wet_at()) : std::nullopt;
  }
  return starts_at_;
}

void FirstRead::look(SteadyTime now, std::uint64_t unread_bytes, Backlog& backlog) {
  now_ = now;
  if (!begun_) {
    return;
  }
  // Caught up, too, when what was written meanwhile is all that is left: then it must not lag.
  const bool started = now >= starts_at_;
  if (started && (left_bytes_ == 0 || unread_bytes < rate_ / 10)) {
    bucket_.reset();
  }
  if (bucket_) {
    bucket_->advance(now);
  }
  if (const std::optional<SteadyTime> until = delayed_until()) {
    backlog.delayed_bytes += backlog.readable_bytes;
    backlog.readable_bytes = 0;
    backlog.oldest.reset();
    backlog.look_at = std::min(backlog.look_at.value_or(*until), *until);
    delayed_at_ = now;
  } else if (bucket_ && backlog.readable_bytes > 0) {
    backlog.readable_bytes = std::min(backlog.readable_bytes, bucket_->tokens());
    // No request of each drop: a batch's wait begins anew, unless the bucket is full.
    if (!bucket_->full()) {
      backlog.oldest = std::max(backlog.oldest.value_or(now), delayed_at_);
      const SteadyTime full_at = bucket_->full_at();
      backlog.look_at = std::min(backlog.look_at.value_or(full_at), full_at);
    }
  }
}

std::uint64_t FirstRead::allowance() const {
  if (delayed_until()) {
    return 0;
  }
  return bucket_ ? bucket_->tokens() : std::numeric_limits<std::uint64_t>::max();
}

void FirstRead::took(std::uint64_t bytes) {
  if (bucket_) {
    bucket_->take(bytes);
    left_bytes_ -= std::min(left_bytes_, bytes);
  }
}

}  // namespace supercargo
