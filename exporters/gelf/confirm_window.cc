#include "exporters/gelf/confirm_window.h"

#include <cassert>

namespace supercargo {

void ConfirmWindow::add(RequestId id, std::uint64_t bytes) {
  assert(entries_.empty() || entries_.back().id < id);
  entries_.push_back(Entry{id, bytes, 0, {}});
  unsettled_bytes_ += bytes;
}

void ConfirmWindow::written(std::uint64_t position) {
  assert(written_ < entries_.size());
  entries_[written_].end = position;
  ++written_;
}

void ConfirmWindow::acknowledged(std::uint64_t position, SteadyTime now) {
  acknowledged_position_ = position;
  while (acknowledged_ < written_ && entries_[acknowledged_].end <= position) {
    entries_[acknowledged_].acknowledged_at = now;
    ++acknowledged_;
  }
}

void ConfirmWindow::settle(SteadyTime now, std::vector<Outcome>& outcomes) {
  while (acknowledged_ > 0) {
    const Entry& oldest = entries_.front();
    const bool by_time = now - oldest.acknowledged_at >= confirm_after_;
    const bool by_bytes = acknowledged_position_ - oldest.end >= confirm_bytes_;
    if (!by_time && !by_bytes) {
      return;
    }
    outcomes.push_back(Outcome{oldest.id, Outcome::Kind::kDelivered, {}, {}, Milliseconds{0}});
    unsettled_bytes_ -= oldest.bytes;
    entries_.pop_front();
    --written_;
    --acknowledged_;
  }
}

std::uint64_t ConfirmWindow::fail(const std::string& reason,
                                  const std::string& detail,
                                  std::vector<Outcome>& outcomes) {
  for (const Entry& entry : entries_) {
    outcomes.push_back(Outcome{entry.id, Outcome::Kind::kRetry, reason, detail, Milliseconds{0}});
  }
  const std::uint64_t bytes = unsettled_bytes_;
  entries_.clear();
  written_ = 0;
  acknowledged_ = 0;
  acknowledged_position_ = 0;
  unsettled_bytes_ = 0;
  return bytes;
}

std::optional<SteadyTime> ConfirmWindow::next_settlement() const {
  if (acknowledged_ == 0) {
    return std::nullopt;
  }
  return entries_.front().acknowledged_at + confirm_after_;
}

}  // namespace supercargo
