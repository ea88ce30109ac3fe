// What happens to containers between scrapes: watched for metrics, and told to the log outputs.
//
// Owned by App, made, started and destroyed on the main thread. Collectors share the board and may
// outlive the part.
#pragma once

#include <memory>
#include <string>

#include "agent/base/host_paths.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/ledger.h"
#include "collectors/lifecycle/event_outlet.h"
#include "collectors/lifecycle/lifecycle_snapshot.h"
#include "collectors/lifecycle/lifecycle_thread.h"

namespace supercargo {

// Where events wait for the outputs; empty: they are not wanted.
[[nodiscard]] std::string event_directory(const AgentConfig& config);

// The host's /var/log as a path of the host, which resolves below its root.
[[nodiscard]] std::string host_log_directory(const AgentConfig& config);

class LifecyclePart {
 public:
  // `before` itself where nothing has changed that concerns it: a reload then neither misses what
  // happens nor tells it twice, and counters go on.
  [[nodiscard]] static std::shared_ptr<LifecyclePart> create(const AgentConfig& config,
                                                             const HostPaths& host,
                                                             std::shared_ptr<LifecyclePart> before);

  // Watches from now on, if it does not yet. What is missing is said in the log, once.
  void start();

  // Tells events to the configuration's outputs from now on; `ledger` outlives the part. Requires:
  // data_dir is ours, when there are outputs.
  void open_events(const AgentConfig& config, const Ledger& ledger);

  [[nodiscard]] std::shared_ptr<const LifecycleBoard> board() const { return board_; }

 private:
  struct Options {
    HostPaths host;
    std::string log_directory;
    bool watches = false;
    bool peaks = false;
    std::size_t max_open_files = 0;

    // But for max_open_files: what was counted is not given up for that.
    bool operator==(const Options& other) const;
  };

  explicit LifecyclePart(Options options) : options_(std::move(options)) {}

  const Options options_;
  const std::shared_ptr<LifecycleBoard> board_ = std::make_shared<LifecycleBoard>();
  const std::shared_ptr<EventOutlet> outlet_ = std::make_shared<EventOutlet>();
  std::unique_ptr<LifecycleThread> thread_;
};

}  // namespace supercargo
