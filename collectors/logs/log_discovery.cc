#include "collectors/logs/log_discovery.h"

#include <algorithm>
#include <utility>

namespace supercargo {

using Depth = ChainDirectory::Depth;

namespace {

// Between looks at active files; while files come and go sooner: a new one has a first line soon.
constexpr Milliseconds kActiveInterval{200};
constexpr Milliseconds kNewInterval{100};
// Between two turns for events: directories that come and go must be seen soon, or a short-lived
// pod is missed.
constexpr Milliseconds kEventInterval{20};
// Without a write, the write events of a directory are switched on again.
constexpr Milliseconds kQuietAfter{2'000};

}  // namespace

LogDiscovery::LogDiscovery(Options options,
                           const HostPaths& host,
                           LogCatalog& catalog,
                           SelfMetrics& metrics,
                           std::function<void()> notify)
    : options_(std::move(options)),
      host_(host),
      catalog_(catalog),
      notify_(std::move(notify)),
      report_(metrics),
      open_files_(options_.max_open_files, options_.outputs),
      deleted_budget_(options_.deleted_budget_bytes, options_.max_open_files, options_.outputs),
      finder_(
          host,
          watcher_,
          std::ranges::count(
              options_.sources, LogSourceConfig::Type::kKubernetes, &LogSourceConfig::type) > 0),
      event_finder_(own_paths_, watcher_, /*has_kubernetes=*/true) {}

void LogDiscovery::turn(SteadyTime now) {
  catalog_changed_ = first_scan_;
  sizes_changed_ = false;
  bool overflow = false;
  if (watcher_.active()) {
    overflow = watcher_.drain([&](DirectoryWatcher::Watch watch, DirectoryWatcher::Event event) {
      handle(watch, event, now);
    });
  }
  for (ChainDirectory* const chain : std::exchange(changed_chains_, {})) {
    scan_chain(*chain, now, Depth::kAll);
  }
  if (overflow) {
    report_.overflow(now);
  }
  if (overflow || now >= next_rescan_) {
    rescan(now);
  }
  new_until_ = catalog_changed_ ? now + kQuietAfter : new_until_;
  const Milliseconds pace = now < new_until_ ? kNewInterval : kActiveInterval;
  next_poll_ = std::min(next_poll_, now + pace);
  if (now >= next_poll_) {
    next_poll_ = now + pace;
    active_ = poll_active(now);
  }
  if (parked_ && open_files_.found_missing()) {
    catalog_changed_ = true;  // what waited for them goes on
  }
  names_.forget();
  if (catalog_changed_) {
    publish();
  }
  if (catalog_changed_ || sizes_changed_) {
    notify_();
  }
  quiet_until_ = now + kEventInterval;
  next_turn_ = active_ || parked_ ? std::min(next_poll_, next_rescan_) : next_rescan_;
}

void LogDiscovery::handle(DirectoryWatcher::Watch watch,
                          DirectoryWatcher::Event event,
                          SteadyTime now) {
  if (event == DirectoryWatcher::Event::kWritten && !active_) {
    next_poll_ = now;  // the first after quiet is looked at at once
  }
  active_ = true;
  if (finder_.handle(watch, event) || event_finder_.handle(watch, event)) {
    next_rescan_ = now;
  }
  watches_.for_each(watch, [&](ChainDirectory& chain) {
    if (event == DirectoryWatcher::Event::kWritten) {
      chain.last_write = now;
      chain.written = true;
    } else {
      changed_chains_.insert(&chain);  // however many events tell of it, it is listed once
    }
  });
  if (event == DirectoryWatcher::Event::kGone) {
    watches_.ended(watch);
  }
}

void LogDiscovery::watch_chain(ChainDirectory& chain, SteadyTime now) {
  chain.polled = true;  // the first look is soon
  chain.last_write = now;
  watches_.add(chain);
}

void LogDiscovery::scan_chain(ChainDirectory& chain, SteadyTime now, Depth depth) {
  if (!chain.scan(/*first_look_skips=*/false, depth)) {
    return;
  }
  listed_[chain.key()] = chain.chain();
  catalog_changed_ = true;
  chain.last_write = now;  // a new file is about to be written to
  active_ = true;
}

// Looks at the files of active directories. One that was quiet for a while gets its write events
// back, then one more look: a write between the look before and the events must not be missed. True
// while any is active.
bool LogDiscovery::poll_active(SteadyTime now) {
  bool active = false;
  for (const auto& [key, chain] : chains_) {
    const bool written = now - chain->last_write < kQuietAfter;
    if (!written && !chain->polled) {
      continue;
    }
    const bool was_polled = std::exchange(chain->polled, written || !chain->watch);
    const bool switched = was_polled != chain->polled && chain->watch;
    if (switched) {
      watches_.set_write_events(*chain);
    }
    if (std::exchange(chain->written, false) || switched) {
      scan_chain(*chain, now, Depth::kClosed);
    }
    if (chain->poll_sizes()) {
      chain->last_write = now;
      sizes_changed_ = true;
    }
    active = active || written;
  }
  return active;
}

void LogDiscovery::publish() {
  auto chains = std::make_shared<LogChains>();
  chains->reserve(listed_.size());
  for (const auto& [key, chain] : listed_) {
    chains->push_back(chain);
  }
  catalog_.publish(std::move(chains), complete_);
}

}  // namespace supercargo
