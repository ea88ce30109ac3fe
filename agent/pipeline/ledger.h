// The account of every byte: per output and container, what was written, delivered, repeated,
// dropped and lost, and what pends.
//
// agent/app owns the Ledger. The thread of an output writes its own accounts, any thread may read a
// snapshot. Bytes are raw bytes of log files, uncompressed, line ends included.
// written = delivered + pending + dropped + lost, each term counted where it happens and none by
// subtraction; a resend counts as repeated. The terms are posted together, so that whoever reads
// them with terms() can add them up at any moment. What was settled before the agent began to look
// stands in no term.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/record.h"

namespace supercargo {

template <class Value>
using ByReason = std::map<std::string, Value, std::less<>>;

[[nodiscard]] Amount sum_of(const ByReason<Amount>& amounts);

// The terms of the equation, or how they changed since they were posted last.
struct LedgerTerms {
  std::uint64_t written_bytes = 0;
  Amount delivered{};
  std::int64_t pending_bytes = 0;
  ByReason<Amount> dropped{};
  ByReason<Amount> lost{};

  LedgerTerms& operator+=(const LedgerTerms& other);

  // Written, but in no other term; negative: the other terms are too large. 0, or the agent is
  // wrong.
  [[nodiscard]] std::int64_t difference() const;
};

class ContainerAccount {
 public:
  ContainerAccount(std::string output_name, const ContainerInfo& info);

  const std::string output;
  const std::string pod_namespace;
  const std::string pod;
  const std::string container;

  // Terms of the equation; see terms().
  std::atomic<std::uint64_t> written_bytes{0};
  std::atomic<std::uint64_t> delivered_bytes{0};
  std::atomic<std::uint64_t> delivered_lines{0};
  std::atomic<std::uint64_t> pending_bytes{0};  // a gauge

  std::atomic<std::uint64_t> read_bytes{0};  // raw bytes taken from files, repeats included
  std::atomic<std::uint64_t> repeated_bytes{0};
  std::atomic<std::uint64_t> repeated_lines{0};
  std::atomic<std::uint64_t> malformed_lines{0};  // delivered as raw text
  std::atomic<std::uint64_t> truncated_lines{0};  // cut at max_line_bytes
  std::atomic<std::uint64_t> rate_limited_us{0};  // for which lines waited for a limit
  // Since when the oldest pending byte is known to stand in its file: steady time; 0: nothing
  // pends.
  std::atomic<SteadyTime::rep> oldest_pending{0};

  [[nodiscard]] double oldest_pending_seconds(SteadyTime now) const;

  // Adds what has changed since the last post; `chain` is where.
  void post(const LedgerTerms& change, std::string_view chain = {});
  // All as they were posted together.
  [[nodiscard]] LedgerTerms terms() const;

  // The chain's reader ends although this much pends (the configuration is loaded again): it goes
  // on pending. The next reader begins at the same cursors and counts these bytes as written again,
  // which they are not.
  void abandon_pending(std::string_view chain, std::uint64_t bytes);
  // What no reader has taken up is not there any more, or not wanted: lost.
  void lose_abandoned(std::string_view chain);
  // Likewise of all chains that nobody reads.
  void lose_abandoned_unless(const std::function<bool(const std::string& chain)>& is_read);

  // Delivered nowhere, by a decision (a receiver's refusal, a rule) or by an accident (a file that
  // was deleted).
  void drop(std::string_view reason, Amount amount);
  void lose(std::string_view reason, Amount amount);
  [[nodiscard]] std::map<std::string, Amount> dropped() const;
  [[nodiscard]] std::map<std::string, Amount> lost() const;

  // Something is missing of which nobody can know the size (what stood in a file between the last
  // look and its truncation): the equation covers what was observed, the event is counted.
  void gap(std::string_view reason);
  [[nodiscard]] std::map<std::string, std::uint64_t> gaps() const;
  // Something of it was dropped or lost, or may have been.
  [[nodiscard]] bool misses_something() const;

 private:
  mutable std::mutex mutex_;
  ByReason<Amount> dropped_;
  ByReason<Amount> lost_;
  ByReason<std::uint64_t> gaps_;
  std::map<std::string, std::uint64_t, std::less<>> abandoned_bytes_;  // of pending_bytes, by chain
};

class Ledger {
 public:
  // The account of all files and restarts of a container name within a pod; all lines of a source
  // that is no container's own have one together, which is named after it. The same arguments give
  // the same account.
  [[nodiscard]] std::shared_ptr<ContainerAccount> account(const std::string& output,
                                                          const ContainerInfo& info);

  // Accounts that a reader or an earlier scrape still wants; ordered by output, namespace, pod,
  // container.
  [[nodiscard]] std::vector<std::shared_ptr<const ContainerAccount>> snapshot() const;

  // The output's readers have taken up all that is there: what others have left is lost, of chains
  // that none of them reads.
  void lose_abandoned_unless(const std::string& output,
                             const std::function<bool(const std::string& chain)>& is_read);

  // Forgets containers that no reader holds any more (their log files are gone), once scrapes had
  // the time to see their last figures: kKeep, or kKeepLoss where something of them is missing.
  // Called now and then.
  static constexpr std::chrono::minutes kKeep{2};
  static constexpr std::chrono::minutes kKeepLoss{15};
  void forget_unused(SteadyTime now);

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string>;

  struct Kept {
    std::shared_ptr<ContainerAccount> account;
    std::optional<SteadyTime> unused_since;
  };

  mutable std::mutex mutex_;
  std::map<Key, Kept> accounts_;
};

}  // namespace supercargo
