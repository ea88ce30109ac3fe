// Which requests of a GELF TCP connection are settled: GELF has no acknowledgement, and TCP's own
// says only that the peer's kernel has the bytes, which its application may never read.
//
// So a request is settled when TCP has acknowledged its last byte and then either
//   - `confirm_after` has passed without the connection failing, or
//   - `confirm_bytes` later bytes of the same connection have been acknowledged too. The peer's
//     kernel cannot hold more than its receive buffer (6 MiB by default, net.ipv4.tcp_rmem), so the
//     application must have read what came before. Without this, a window of 8 MiB that waits 5 s
//     would bound an output to 1.6 MB/s.
// Everything else fails as a whole, in order, when the connection does. Pure bookkeeping: the time
// is a parameter, byte positions are those of the socket's stream. Owned by a sender, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/sender.h"

namespace supercargo {

class ConfirmWindow {
 public:
  ConfirmWindow(Milliseconds confirm_after, std::uint64_t confirm_bytes)
      : confirm_after_(confirm_after), confirm_bytes_(confirm_bytes) {}

  // Of all that is not settled yet, too.
  void set_confirm_after(Milliseconds confirm_after) { confirm_after_ = confirm_after; }

  // A request that is to be written next. Requires: ids ascend.
  void add(RequestId id, std::uint64_t bytes);

  // The oldest request not yet written is now wholly with the kernel; its last byte is the one
  // before `position`.
  void written(std::uint64_t position);

  // The peer's kernel has every byte before `position`.
  void acknowledged(std::uint64_t position, SteadyTime now);

  // Appends kDelivered for every request that is settled by now.
  void settle(SteadyTime now, std::vector<Outcome>& outcomes);

  // Appends kRetry for every request, written or not, oldest first, and starts anew for the next
  // connection. Returns their bytes.
  std::uint64_t fail(const std::string& reason,
                     const std::string& detail,
                     std::vector<Outcome>& outcomes);

  // When the oldest request will be settled by time alone, if nothing fails.
  [[nodiscard]] std::optional<SteadyTime> next_settlement() const;

  [[nodiscard]] std::size_t requests() const { return entries_.size(); }

  // Of the oldest request; 0 when there is none.
  [[nodiscard]] std::uint64_t oldest_bytes() const {
    return entries_.empty() ? 0 : entries_.front().bytes;
  }

  [[nodiscard]] std::uint64_t unsettled_bytes() const { return unsettled_bytes_; }

 private:
  struct Entry {
    RequestId id = 0;
    std::uint64_t bytes = 0;
    std::uint64_t end = 0;  // position behind its last byte
    SteadyTime acknowledged_at{};
  };

  Milliseconds confirm_after_;
  const std::uint64_t confirm_bytes_;
  std::deque<Entry> entries_;     // oldest first: acknowledged, then written, then neither
  std::size_t written_ = 0;       // of entries_
  std::size_t acknowledged_ = 0;  // of entries_
  std::uint64_t acknowledged_position_ = 0;
  std::uint64_t unsettled_bytes_ = 0;
};

}  // namespace supercargo
