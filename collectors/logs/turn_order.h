// Whose turn it is to read: deficit round robin over the chains of one output.
//
// Owned by a LogReader, on its output's thread; it owns no chain. Each turn grants a chain a
// quantum of bytes. What it took beyond that (one long line) it owes, and waits for as many rounds
// as that takes; what it left because the request was full it keeps. A chain with nothing to read
// collects nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace supercargo {

// A chain's place in the order. A Member of TurnOrder has these.
struct Turn {
  std::uint64_t number = 0;  // ascending: the order of turns
  std::int64_t credit = 0;   // bytes it may take; negative: owed
};

template <class Member>
class TurnOrder {
 public:
  static constexpr std::int64_t kSmallestQuantum = std::int64_t{4} << 10;
  static constexpr std::int64_t kLargestQuantum = std::int64_t{256} << 10;
  // What one round of all chains takes together, while the bounds above allow it.
  static constexpr std::int64_t kRound = std::int64_t{1} << 20;

  void clear() { active_.clear(); }

  // A member that has something to read. Requires: added with ascending numbers, and stays where it
  // is until clear().
  void add(Member& member) { active_.push_back(&member); }

  // A member that has nothing to read: only its debts are remembered.
  static void rest(Turn& member) { member.credit = std::min<std::int64_t>(member.credit, 0); }

  [[nodiscard]] std::int64_t quantum() const {
    const auto members = static_cast<std::int64_t>(std::max<std::size_t>(active_.size(), 1));
    return std::clamp(kRound / members, kSmallestQuantum, kLargestQuantum);
  }

  // The next member that `may_read` and owes nothing, with the credit of its turn; null when none
  // may read. The caller takes what it reads off the credit.
  template <class MayRead>
  Member* next(const MayRead& may_read) {
    if (Member* const member = pass(may_read, quantum())) {
      return member;
    }
    // Only debtors are left: as many rounds at once as the smallest debt takes.
    std::int64_t smallest_debt = std::numeric_limits<std::int64_t>::max();
    for (const Member* member : active_) {
      if (may_read(*member)) {
        smallest_debt = std::min(smallest_debt, -member->credit);
      }
    }
    return smallest_debt == std::numeric_limits<std::int64_t>::max()
               ? nullptr
               : pass(may_read, (smallest_debt / quantum() + 1) * quantum());
  }

 private:
  template <class MayRead>
  Member* pass(const MayRead& may_read, std::int64_t grant) {
    const auto begin =
        std::upper_bound(active_.begin(), active_.end(), last_, [](std::uint64_t last, Member* m) {
          return last < m->number;
        });
    auto at = static_cast<std::size_t>(begin - active_.begin());
    for (std::size_t seen = 0; seen < active_.size(); ++seen, ++at) {
      Member& member = *active_[at % active_.size()];
      if (!may_read(member)) {
        continue;
      }
      member.credit += grant;
      if (member.credit > 0) {
        last_ = member.number;
        return &member;
      }
    }
    return nullptr;
  }

  std::vector<Member*> active_;
  std::uint64_t last_ = 0;  // whose turn was last
};

}  // namespace supercargo
