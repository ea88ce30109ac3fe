// How long a message waits to be confirmed by time, where the peer closes connections that rest
// sooner than that.
//
// A load balancer that closes after less than confirm_after of silence would have the last messages
// before each silence sent again and again: they are settled by no connection. Such a close is in
// order (FIN: with unread bytes the peer's kernel would have reset it) and comes when all has been
// acknowledged for some time. After the second one in a row messages are confirmed in half of that
// time, until a connection rests for the whole of confirm_after. Pure; owned by a GelfTcpSender.
#pragma once

#include <cstdint>

#include "agent/base/clock.h"

namespace supercargo {

class ConfirmPatience {
 public:
  // What is closed earlier may not have been read yet.
  static constexpr Milliseconds kLeastRest{1'000};
  static constexpr std::uint32_t kCloses = 2;

  explicit ConfirmPatience(Milliseconds confirm_after)
      : configured_(confirm_after), confirm_after_(confirm_after) {}

  // The connection rests, and all was acknowledged so long ago.
  void rested(Milliseconds rest);

  // The peer has closed it in order, messages wait to be confirmed, and all was acknowledged so
  // long ago. True: that was too soon for them.
  bool closed(Milliseconds rest);

  // It has ended otherwise.
  void failed() { closes_ = 0; }

  [[nodiscard]] Milliseconds confirm_after() const { return confirm_after_; }

 private:
  const Milliseconds configured_;
  Milliseconds confirm_after_;
  std::uint32_t closes_ = 0;  // in a row
};

}  // namespace supercargo
