// Runs a LogDiscovery on a thread of its own: a directory of logs whose disk or server does not
// answer stops the search for logs, and nothing else.
//
// Owned by agent/app; made, asked and destroyed on the main thread. A thread that hangs is left
// behind, with the discovery.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "agent/base/clock.h"
#include "agent/base/host_paths.h"
#include "agent/base/loose_thread.h"
#include "agent/base/result.h"
#include "agent/base/self_metrics.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/log_discovery.h"

namespace supercargo {

class DiscoveryThread {
 public:
  // `before`: see LogDiscovery::inherit(), may be null. `notify` wakes the outputs; it is not
  // called any more when this is destroyed. `metrics` outlives the process' threads.
  [[nodiscard]] static Result<std::unique_ptr<DiscoveryThread>> start(
      LogDiscovery::Options options,
      const HostPaths& host,
      std::shared_ptr<LogCatalog> catalog,
      SelfMetrics& metrics,
      const std::shared_ptr<const LogChains>& before,
      std::function<void()> notify);
  ~DiscoveryThread();
  DiscoveryThread(const DiscoveryThread&) = delete;
  DiscoveryThread& operator=(const DiscoveryThread&) = delete;

  // One more look at everything. True when it is done, also its notify(), within `patience`.
  bool look(Milliseconds patience);

  // The same of the looks that have been asked for; the first one is by start().
  [[nodiscard]] bool has_looked(Milliseconds patience);

  // Since when it works on the turn that it is in; nothing while it waits for the next one. A turn
  // takes milliseconds.
  [[nodiscard]] std::optional<SteadyTime> busy_since() const;

 private:
  struct State;
  DiscoveryThread(std::shared_ptr<State> state, LooseThread thread);

  const std::shared_ptr<State> state_;
  LooseThread thread_;
};

}  // namespace supercargo
