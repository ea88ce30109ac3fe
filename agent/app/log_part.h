// Everything between log files and receivers, for one configuration: discovery on a thread of its
// own, journals, and a thread for each output.
//
// Owned by App, called on the main thread. create() only checks and allocates; start() makes
// journals and threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "agent/app/memory_guard.h"
#include "agent/base/host_paths.h"
#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/delivery_loop.h"
#include "agent/pipeline/ledger.h"
#include "agent/pipeline/output_selection.h"
#include "agent/pipeline/sender_inputs.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/discovery_thread.h"
#include "collectors/logs/sync_thread.h"

namespace supercargo {

class LogPart {
 public:
  // Requires: all references outlive it.
  [[nodiscard]] static Result<std::unique_ptr<LogPart>> create(const AgentConfig& config,
                                                               const HostPaths& host,
                                                               Ledger& ledger,
                                                               SelfMetrics& metrics,
                                                               SenderInputs inputs,
                                                               boost::asio::io_context& io);
  LogPart(const LogPart&) = delete;
  LogPart& operator=(const LogPart&) = delete;

  // Requires: data_dir is ours, when there are outputs. `before`: the files of the part before this
  // one; those that were deleted since are read on.
  [[nodiscard]] Status start(const std::shared_ptr<const LogChains>& before = nullptr);

  // Ends discovery, and gives what is open, for the start() of the part after this one: what would
  // be opened after that nobody would take over. Requires: stopped().
  [[nodiscard]] std::shared_ptr<const LogChains> hand_over();

  // The outputs drain until the deadline; discovery goes on meanwhile.
  void begin_stop(SteadyTime deadline);
  [[nodiscard]] bool stopped() const;

  // The name of an output that has not stopped; empty when all have.
  [[nodiscard]] std::string unfinished() const;

  // No thread has missed its turn for too long. `why` says which.
  [[nodiscard]] bool healthy(SteadyTime now, std::string& why) const;

  [[nodiscard]] std::vector<OutputStatus> outputs() const;

 private:
  LogPart(const AgentConfig& config,
          const HostPaths& host,
          Ledger& ledger,
          SelfMetrics& metrics,
          SenderInputs inputs,
          boost::asio::io_context& io);

  [[nodiscard]] Status start_discovery(const std::shared_ptr<const LogChains>& before);
  void look_after();
  void watch_discovery(SteadyTime now);
  void guard_memory(SteadyTime now);
  void end_accounts_of_others();
  Status start_output(std::size_t index);

  const AgentConfig config_;
  const HostPaths host_;
  Ledger& ledger_;
  SelfMetrics& metrics_;
  const SenderInputs inputs_;  // of all outputs
  const std::shared_ptr<LogCatalog> catalog_ = std::make_shared<LogCatalog>();
  std::vector<std::unique_ptr<Sender>> senders_;  // until start()
  std::vector<LogFilter> filters_;                // of the outputs
  LogLimiter sync_log_;                           // of the sync thread
  std::unique_ptr<SyncThread> sync_thread_;
  std::vector<std::unique_ptr<DeliveryLoop>> loops_;
  std::unique_ptr<DiscoveryThread> discovery_;  // before the loops that it wakes end, it has ended
  LogLimiter discovery_log_{std::chrono::seconds(300)};
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  // a wait that has ended may still be queued
  SteadyTime next_forget_{};
  MemoryGuard memory_guard_;
};

}  // namespace supercargo
