// A node that ships its logs to a Loki: real files, discovery, reader, delivery loop and sender
// against the stand-in; the test is the runtime, and the clock of all of them.
//
// One test owns one; one thread, but for those of the stand-in and of the journal. Time passes only
// while the node runs, much faster than it does outside, so that a wait of half a minute costs
// milliseconds; requests in flight are waited for.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/host_paths.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/delivery_loop.h"
#include "agent/pipeline/ledger.h"
#include "collectors/logs/log_discovery.h"
#include "collectors/logs/log_reader.h"
#include "collectors/logs/sync_thread.h"
#include "tests/support/loki_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {

struct LokiNodeOptions {
  LokiNodeOptions();

  LokiStandInOptions loki;
  LokiConfig config;        // its url is the stand-in's
  DeliveryConfig delivery;  // with waits that suit a test
};

class LokiNode {
 public:
  explicit LokiNode(LokiNodeOptions options = {});
  LokiNode(const LokiNode&) = delete;
  LokiNode& operator=(const LokiNode&) = delete;
  ~LokiNode();

  // A line of "NAMESPACE/POD/CONTAINER" in its log; `ago`: its time stamp before now.
  void write(const std::string& container,
             std::string_view text,
             std::chrono::seconds ago = {},
             std::string_view stream = "stdout");

  // Runs for so long.
  void run(Milliseconds time);

  // Runs until nothing pends any more and all is answered. False: after `most` something still
  // does.
  bool deliver(Milliseconds most = std::chrono::minutes(10));

  [[nodiscard]] LokiStandIn& loki() { return *loki_; }

  // Texts of a container's lines that Loki has, in the order of arrival, repeats included.
  [[nodiscard]] std::vector<std::string> stored(const std::string& container) const;

  [[nodiscard]] LedgerTerms account(const std::string& container) const;

  // Lines by reason, as the ledger has them.
  [[nodiscard]] std::map<std::string, std::uint64_t> dropped(const std::string& container) const;

  [[nodiscard]] OutputStatus status() const { return loop_->status(); }

  // As kill -9 of the agent, and its next start.
  void restart();

  // Nanoseconds since 1970.
  [[nodiscard]] std::int64_t wall_ns() const;

 private:
  [[nodiscard]] SteadyTime now() const;
  void start();
  void turn();
  [[nodiscard]] bool pends() const;

  LokiNodeOptions options_;
  TempTree tree_;
  HostPaths host_;
  SyncThread sync_thread_{Milliseconds(5), {}};
  const SteadyTime begin_ = steady_now();
  const std::int64_t wall_begin_ns_ = unix_nanoseconds_now();
  std::atomic<std::int64_t> ahead_ms_{0};  // of the time outside
  std::unique_ptr<LokiStandIn> loki_;

  // The agent; made anew at each start.
  SelfMetrics metrics_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<LogCatalog> catalog_;
  std::unique_ptr<LogDiscovery> discovery_;
  std::unique_ptr<DeliveryLoop> loop_;
  LogReader* reader_ = nullptr;  // the loop's
  Sender* sender_ = nullptr;     // likewise
};

// "0 xxx...", "1 xxx...": `count` texts of `bytes` each, from `first` on.
[[nodiscard]] std::vector<std::string> numbered(int count, std::size_t bytes = 10, int first = 0);

}  // namespace supercargo::test
