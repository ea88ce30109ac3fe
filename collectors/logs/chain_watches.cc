#include "collectors/logs/chain_watches.h"

#include <algorithm>

namespace supercargo {

void ChainWatches::add(ChainDirectory& chain) {
  const Result<UniqueFd> directory = chain.open();
  if (!directory) {
    return;  // the rescans tell what is to be told
  }
  const Result<DirectoryWatcher::Watch> watch = watcher_.watch(directory->get(), /*writes=*/false);
  if (watch) {
    chain.watch = *watch;
    chains_.emplace(*watch, &chain);
    set_write_events(chain);
  }
}

void ChainWatches::remove(ChainDirectory& chain) {
  if (!chain.watch) {
    return;
  }
  const auto [begin, end] = chains_.equal_range(*chain.watch);
  const auto known =
      std::find_if(begin, end, [&chain](const auto& entry) { return entry.second == &chain; });
  if (known != end) {
    chains_.erase(known);
  }
  if (!chains_.contains(*chain.watch)) {
    watcher_.unwatch(*chain.watch);
  }
  chain.watch.reset();
}

void ChainWatches::set_write_events(const ChainDirectory& chain) {
  const auto [begin, end] = chains_.equal_range(*chain.watch);
  const bool writes =
      std::any_of(begin, end, [](const auto& known) { return !known.second->polled; });
  if (const Result<UniqueFd> directory = chain.open()) {
    (void)watcher_.watch(directory->get(), writes);
  }
}

void ChainWatches::for_each(DirectoryWatcher::Watch watch,
                            const std::function<void(ChainDirectory&)>& visit) {
  const auto [begin, end] = chains_.equal_range(watch);
  for (auto known = begin; known != end; ++known) {
    visit(*known->second);
  }
}

void ChainWatches::ended(DirectoryWatcher::Watch watch) {
  for_each(watch, [](ChainDirectory& chain) { chain.watch.reset(); });
  chains_.erase(watch);
}

}  // namespace supercargo
