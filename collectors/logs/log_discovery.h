// Finds the node's log files and keeps the catalog of them true.
//
// Owned by a DiscoveryThread, which calls turn() when the watcher's descriptor is readable or
// next_turn() is reached; a turn takes as long as the disks do. Events (inotify) say where to
// look soon; a rescan each second is the truth. The first event after quiet is handled at once;
// while files are written to, they are looked at ten times a second, and their directories' write
// events are off: the agent must not wake, nor bill the writer, for every line.
// log_discovery_rescan.cc looks at everything, log_discovery.cc at what was told or is active.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/host_paths.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/output_selection.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/chain_directory.h"
#include "collectors/logs/chain_finder.h"
#include "collectors/logs/chain_watches.h"
#include "collectors/logs/deleted_budget.h"
#include "collectors/logs/directory_watcher.h"
#include "collectors/logs/discovery_report.h"
#include "collectors/logs/open_files.h"

namespace supercargo {

class LogDiscovery {
 public:
  struct Options {
    std::vector<LogSourceConfig> sources;
    std::string node_name;
    std::uint32_t outputs = 0;
    std::size_t max_open_files = 4'096;
    std::uint64_t deleted_budget_bytes = std::uint64_t{1} << 30;
    // Where events of containers wait (kEventSource), a path of this process; empty: nowhere.
    std::string event_directory{};
    LogFilter wanted{};  // by any output
  };

  // `notify` wakes the outputs; `host`, `catalog` and `metrics` outlive the discovery.
  LogDiscovery(Options options,
               const HostPaths& host,
               LogCatalog& catalog,
               SelfMetrics& metrics,
               std::function<void()> notify);
  LogDiscovery(const LogDiscovery&) = delete;
  LogDiscovery& operator=(const LogDiscovery&) = delete;

  // -1 when there is no inotify: then turn() at next_turn() is all.
  [[nodiscard]] int watch_fd() const { return watcher_.active() ? watcher_.fd() : -1; }

  // Goes on with the files of the discovery before this one that are deleted by the time they are
  // looked for. Before the first turn().
  void inherit(const LogChains& chains) { inherited_ = chains; }

  // Handles events, looks at active files, rescans when it is time.
  void turn(SteadyTime now);

  // The next turn() looks at everything.
  void expect_rescan() { next_rescan_ = {}; }

  // When turn() wants to be called even if the descriptor stays quiet; before `quiet_until()` it
  // need not be watched.
  [[nodiscard]] SteadyTime next_turn() const { return next_turn_; }

  [[nodiscard]] SteadyTime quiet_until() const { return quiet_until_; }

 private:
  void handle(DirectoryWatcher::Watch watch, DirectoryWatcher::Event event, SteadyTime now);
  void rescan(SteadyTime now);
  void find_events(SteadyTime now);
  void add_chain(ChainDirectoryOptions options, bool skip_old, SteadyTime now);
  void take_inherited(ChainDirectory& chain);
  void scan_chain(ChainDirectory& chain, SteadyTime now, ChainDirectory::Depth depth);
  void watch_chain(ChainDirectory& chain, SteadyTime now);
  bool poll_active(SteadyTime now);
  void inherit_chains(bool all_found, SteadyTime now);
  void remove_gone();
  void publish();

  const Options options_;
  const HostPaths& host_;
  LogCatalog& catalog_;
  const std::function<void()> notify_;
  DiscoveryReport report_;

  OpenFiles open_files_;
  DirectoryNames names_;
  const DeletedBudget deleted_budget_;
  DirectoryWatcher watcher_;
  ChainFinder finder_;
  const HostPaths own_paths_{};  // of files that are not the host's
  ChainFinder event_finder_;
  std::map<std::string, std::unique_ptr<ChainDirectory>> chains_;  // by key
  std::map<std::string, std::shared_ptr<const LogChain>> listed_;  // as published, by key
  ChainWatches watches_{watcher_};
  std::set<ChainDirectory*> changed_chains_;  // told by the events of this turn
  LogChains inherited_;                       // not found yet
  bool parked_ = false;                       // some files are
  bool first_scan_ = true;
  std::uint32_t rescans_until_full_ = 0;
  bool complete_ = false;  // the last rescan could list every directory that holds chains
  bool catalog_changed_ = false;
  bool sizes_changed_ = false;
  SteadyTime next_rescan_{};
  SteadyTime next_turn_{};
  SteadyTime quiet_until_{};
  SteadyTime next_poll_{};
  SteadyTime new_until_{};  // files have come or gone lately
  bool active_ = true;      // a file was written to lately
};

}  // namespace supercargo
