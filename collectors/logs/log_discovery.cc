#include "collectors/logs/log_discovery.h"

#include <algorithm>
#include <utility>

namespace supercargo {

using Depth = ChainDirectory::Depth;

namespace {

constexpr Milliseconds kRescanInterval{1'000};
// Between looks at active files; while files come and go sooner: a new one has a first line soon.
constexpr Milliseconds kActiveInterval{200};
constexpr Milliseconds kNewInterval{100};
// Between two turns for events: directories that come and go must be seen soon, or a short-lived
// pod is missed.
constexpr Milliseconds kEventInterval{20};
// Without a write, the write events of a directory are switched on again.
constexpr Milliseconds kQuietAfter{2'000};
// A directory's time stamp does not tell all: now and then all are listed.
constexpr std::uint32_t kFullRescanEvery = 10;

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
              options_.sources, LogSourceConfig::Type::kKubernetes, &LogSourceConfig::type) > 0) {}

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
  if (finder_.handle(watch, event)) {
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

void LogDiscovery::rescan(SteadyTime now) {
  next_rescan_ = now + kRescanInterval;
  const bool full = rescans_until_full_ == 0;
  rescans_until_full_ = full ? kFullRescanEvery - 1 : rescans_until_full_ - 1;
  for (const LogSourceConfig& source : options_.sources) {
    const bool skip_old = first_scan_ && source.start_at == LogSourceConfig::StartAt::kEnd;
    finder_.find(source, [&](ChainDirectoryOptions options) {
      options.max_age = source.max_age;
      add_chain(std::move(options), skip_old, now);
    });
  }
  ScanErrors errors = finder_.take_errors();
  inherit_chains(/*all_found=*/errors.count == 0, now);
  catalog_changed_ = catalog_changed_ || complete_ != (errors.count == 0);
  complete_ = errors.count == 0;
  for (const auto& [key, chain] : chains_) {
    const bool told = chain->watch && !chain->polled;
    if (full && !chain->watch && !chain->gone()) {
      watches_.add(*chain);  // its directory was made again, or there are watches again
    }
    scan_chain(*chain, now, full ? Depth::kAll : told ? Depth::kEntries : Depth::kClosed);
    sizes_changed_ = chain->poll_sizes() || sizes_changed_;
    if (chain->close_finished()) {
      listed_[key] = chain->chain();
      catalog_changed_ = true;
    }
    errors.add(chain->take_errors());
  }
  remove_gone();
  report_.errors(errors, now);
  if (errors.no_descriptors > 0) {
    open_files_.out_of_descriptors();
  } else {
    open_files_.had_descriptors();
  }
  open_files_.balance();
  const std::size_t parked = open_files_.parked();
  parked_ = parked > 0;
  report_.rescanned({open_files_.open(),
                     parked,
                     deleted_budget_.enforce(open_files_.files()),
                     watches_.size() + finder_.watches()});
  first_scan_ = false;
}

void LogDiscovery::add_chain(ChainDirectoryOptions options, bool skip_old, SteadyTime now) {
  const std::string key = ChainDirectory::key_of(options);
  if (chains_.contains(key)) {
    return;
  }
  options.container.node = options_.node_name;
  options.outputs = options_.outputs;
  auto chain = std::make_unique<ChainDirectory>(std::move(options), host_, open_files_);
  // The watch stands before the first listing: what comes between the two is seen by one of them.
  ChainDirectory& added = *chains_.emplace(key, std::move(chain)).first->second;
  watch_chain(added, now);
  (void)added.scan(skip_old, Depth::kAll);
  take_inherited(added);
  listed_[key] = added.chain();
  catalog_changed_ = true;
}

void LogDiscovery::take_inherited(ChainDirectory& chain) {
  const auto before = std::find_if(inherited_.begin(), inherited_.end(), [&](const auto& known) {
    return known->key == chain.key();
  });
  if (before != inherited_.end()) {
    chain.inherit(**before);
    inherited_.erase(before);
  }
}

// Also those whose directories are gone, with all that was in them. Nobody may have looked at their
// files since they were deleted.
void LogDiscovery::inherit_chains(bool all_found, SteadyTime now) {
  for (const std::shared_ptr<const LogChain>& chain : LogChains(inherited_)) {
    const bool deleted =
        std::any_of(chain->files.begin(), chain->files.end(), [](const auto& file) {
          (void)file->update_size();
          return !file->linked();
        });
    if (deleted) {
      add_chain(*chain->found_as, /*skip_old=*/false, now);
    }
  }
  if (all_found) {
    inherited_.clear();  // what is not found is not asked for any more
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

void LogDiscovery::remove_gone() {
  for (auto chain = chains_.begin(); chain != chains_.end();) {
    if (!chain->second->done()) {
      ++chain;
      continue;
    }
    watches_.remove(*chain->second);
    listed_.erase(chain->first);
    chain = chains_.erase(chain);
    catalog_changed_ = true;
  }
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
