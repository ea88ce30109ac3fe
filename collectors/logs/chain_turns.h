// Which chain of an output is read next: those that have something, that may be read and that no
// rate limit holds back, in turns.
//
// Owned by a LogReader, on its output's thread; the chains are the reader's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "agent/base/clock.h"
#include "agent/pipeline/ledger.h"
#include "agent/pipeline/record_source.h"
#include "collectors/logs/chain_reader.h"
#include "collectors/logs/turn_order.h"

namespace supercargo {

class ChainTurns {
 public:
  struct Member : Turn {
    std::unique_ptr<ChainReader> chain;
    std::shared_ptr<ContainerAccount> account;
    SteadyTime delayed_at{};  // the last look at which a rate limit held it back
    // Whose first lines wait for a ReadGate, and until when at most.
    std::shared_ptr<const ContainerInfo> gated{};
    SteadyTime gated_until{};
    // The last look, if there was more to read than a limit allows.
    std::optional<SteadyTime> limited_since{};
  };

  // A look begins; members that look_at() is not called for are out of it.
  void clear() {
    order_.clear();
    unread_bytes_ = 0;
  }

  // Observes the chain, adds what it has to `backlog`, and lets it take part. Requires: called in
  // the order of the members' numbers.
  void look_at(Member& member, SteadyTime now, bool ordered, Backlog& backlog);

  // Whose turn it is to add to the open request; null when nobody has anything. The caller takes
  // what is read off the member's credit.
  [[nodiscard]] Member* next(RequestId request, bool ordered);

  // Of all members at the last look, also of those that may not be read now.
  [[nodiscard]] std::uint64_t unread_bytes() const { return unread_bytes_; }

  // It had nothing after all.
  void rest(Member& member) { TurnOrder<Member>::rest(member); }

 private:
  TurnOrder<Member> order_;
  std::uint64_t unread_bytes_ = 0;
};

}  // namespace supercargo
