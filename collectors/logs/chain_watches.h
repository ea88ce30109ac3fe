// Which chains an inotify watch speaks of: chains of plain files share their directory's.
//
// Owned by LogDiscovery, on its thread. Without a watch (no inotify, max_user_watches reached)
// a chain is found out about by rescans and polls alone.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>

#include "collectors/logs/chain_directory.h"
#include "collectors/logs/directory_watcher.h"

namespace supercargo {

class ChainWatches {
 public:
  // `watcher` outlives it.
  explicit ChainWatches(DirectoryWatcher& watcher) : watcher_(watcher) {}

  // Watches the chain's directory, if it can be; the chain keeps its watch.
  void add(ChainDirectory& chain);
  void remove(ChainDirectory& chain);

  // Directories that share a watch report writes while any of their chains is not polled.
  void set_write_events(const ChainDirectory& chain);

  void for_each(DirectoryWatcher::Watch watch, const std::function<void(ChainDirectory&)>& visit);

  // The kernel has ended the watch: its directory is gone.
  void ended(DirectoryWatcher::Watch watch);

  [[nodiscard]] std::size_t size() const { return chains_.size(); }

 private:
  DirectoryWatcher& watcher_;
  std::unordered_multimap<DirectoryWatcher::Watch, ChainDirectory*> chains_;
};

}  // namespace supercargo
