// The look at everything, each second: which chains there are, and what has become of them.
#include <algorithm>
#include <utility>

#include "collectors/logs/log_discovery.h"

namespace supercargo {

using Depth = ChainDirectory::Depth;

namespace {

constexpr Milliseconds kRescanInterval{1'000};
// A directory's time stamp does not tell all: now and then all are listed.
constexpr std::uint32_t kFullRescanEvery = 10;

}  // namespace

void LogDiscovery::rescan(SteadyTime now) {
  next_rescan_ = now + kRescanInterval;
  const bool full = rescans_until_full_ == 0;
  rescans_until_full_ = full ? kFullRescanEvery - 1 : rescans_until_full_ - 1;
  for (const LogSourceConfig& source : options_.sources) {
    const bool skip_old = first_scan_ && source.start_at == LogSourceConfig::StartAt::kEnd;
    finder_.find(source, [&](ChainDirectoryOptions options) {
      options.max_age = source.max_age;
      options.found_by = source.path;
      add_chain(std::move(options), skip_old, now);
    });
  }
  find_events(now);
  ScanErrors errors = finder_.take_errors();
  errors.add(event_finder_.take_errors());
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
                     watches_.size() + finder_.watches() + event_finder_.watches()});
  first_scan_ = false;
}

// Its files look like the kubelet's. "-" stands for no container.
void LogDiscovery::find_events(SteadyTime now) {
  if (options_.event_directory.empty()) {
    return;
  }
  const LogSourceConfig source{.type = LogSourceConfig::Type::kKubernetes,
                               .path = options_.event_directory};
  event_finder_.find(source, [&](ChainDirectoryOptions options) {
    options.container.source = kEventSource;
    if (options.container.container == "-") {
      options.container.container.clear();
    }
    add_chain(std::move(options), /*skip_old=*/false, now);
  });
}

void LogDiscovery::add_chain(ChainDirectoryOptions options, bool skip_old, SteadyTime now) {
  const std::string key = ChainDirectory::key_of(options);
  if (chains_.contains(key) || (options_.wanted && !options_.wanted(options.container))) {
    return;
  }
  options.container.node = options_.node_name;
  options.outputs = options_.outputs;
  const HostPaths& paths = options.container.source.empty() ? host_ : own_paths_;
  auto chain = std::make_unique<ChainDirectory>(std::move(options), paths, open_files_, names_);
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

}  // namespace supercargo
