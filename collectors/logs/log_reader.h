// An output's cursors over all log files: the RecordSource of the delivery loop.
//
// One an output, made on the main thread, then used by that output's thread only. With other
// outputs it shares the catalog of open files and nothing else. Chains take turns (ChainTurns), so
// that a noisy container cannot delay a quiet one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "agent/pipeline/ledger.h"
#include "agent/pipeline/record_source.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/chain_reader.h"
#include "collectors/logs/chain_turns.h"
#include "collectors/logs/first_read.h"
#include "collectors/logs/journal.h"
#include "collectors/logs/ledger_check.h"
#include "collectors/logs/old_files.h"
#include "collectors/logs/stall_watch.h"

namespace supercargo {

class LogReader : public RecordSource {
 public:
  LogReader(std::string output,
            ChainOptions options,
            const ReadLimits& limits,
            const LogCatalog& catalog,
            Ledger& ledger,
            SelfMetrics& metrics,
            std::unique_ptr<Journal> journal);

  Backlog refresh(SteadyTime now, bool ordered) override;
  void begin_drain(SteadyTime now) override;
  std::size_t read_turn(RequestId request, std::size_t max_bytes, Sender& sender) override;
  void settle_parts(RequestId request,
                    std::span<const Outcome::Part> parts,
                    SteadyTime now) override;
  void settle(RequestId request) override;
  void rewind(RequestId request) override;
  void drop(RequestId request, std::string_view reason) override;
  void save(SteadyTime now, bool force) override;

  void note_hold(bool held) override { stall_watch_.note_hold(held); }

  // Makes the ledger true as of now, and checks it; part of save().
  void post_accounts(SteadyTime now) { ledger_check_.look(ring_, now); }

 private:
  using Member = ChainTurns::Member;

  void take_catalog(SteadyTime now);
  void begin_first_read(SteadyTime now);
  void wait_at_gate(Member& member, SteadyTime now);

  [[nodiscard]] bool wants(const ContainerInfo& container) const {
    return !wanted_ || wanted_(container);
  }

  void disclaim(const LogChain& chain) const;
  [[nodiscard]] std::unique_ptr<Member> make_member(const LogChain& chain, SteadyTime now);
  void count_gone_chains();
  void remove_done();
  [[nodiscard]] std::vector<ChainReader*> take_members(RequestId request);

  const std::string output_;
  const ChainOptions options_;
  const LogCatalog& catalog_;
  Ledger& ledger_;
  prometheus::Counter& journal_errors_;
  LedgerCheck ledger_check_;
  StallWatch stall_watch_;
  std::unique_ptr<Journal> journal_;
  OldFiles old_files_;
  InflaterPool inflaters_;
  LimitMaker limit_maker_;
  const ReadGate gate_;
  const Milliseconds gate_wait_;
  const LogFilter wanted_;
  std::optional<FirstRead> first_read_;                    // of a new output
  std::map<std::string, std::unique_ptr<Member>> chains_;  // by key
  std::vector<Member*> ring_;                              // by number
  std::uint64_t last_number_ = 0;
  ChainTurns turns_;
  std::uint64_t catalog_version_ = 0;
  bool looked_for_gone_ = false;
  bool draining_ = false;
  std::map<RequestId, std::vector<ChainReader*>> members_;  // whose lines are in a request
  ReadScratch scratch_;
  SteadyTime next_save_{};
  SteadyTime next_housekeeping_{};
  LogLimiter journal_log_;
};

}  // namespace supercargo
