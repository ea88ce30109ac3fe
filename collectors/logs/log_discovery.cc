#include "collectors/logs/log_discovery.h"

#include <algorithm>
#include <array>
#include <climits>

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "collectors/kubernetes/log_paths.h"
#include "collectors/logs/docker_config.h"
#include "collectors/logs/log_metrics.h"

namespace supercargo {
namespace {

constexpr Milliseconds kRescanInterval{1'000};
constexpr Milliseconds kActiveInterval{100};
constexpr Milliseconds kQuietAfter{
    2'000};  // without a write, the write events of a directory are switched on again
constexpr std::int64_t kCoarseNs = 50'000'000;

std::vector<std::string> entries_of(int directory) {
  std::vector<std::string> names;
  DIR* const stream = ::fdopendir(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  if (stream == nullptr) {
    return names;
  }
  while (const dirent* entry = ::readdir(stream)) {  // NOLINT(concurrency-mt-unsafe): own stream
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  ::closedir(stream);
  return names;
}

std::int64_t nanoseconds(const struct timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::string directory_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

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
      watches_gauge_(metrics.gauge(log_metrics::kWatches)),
      open_files_gauge_(metrics.gauge(log_metrics::kOpenFiles)),
      rescans_(metrics.counter(log_metrics::kRescans)),
      overflows_(metrics.counter(log_metrics::kWatchOverflows)),
      errors_(metrics.counter(log_metrics::kScanErrors)) {}

void LogDiscovery::turn(SteadyTime now) {
  catalog_changed_ = first_scan_;
  sizes_changed_ = false;
  bool overflow = false;
  if (watcher_.active()) {
    overflow = watcher_.drain([&](DirectoryWatcher::Watch watch, DirectoryWatcher::Event event) {
      handle(watch, event, now);
    });
  }
  if (overflow) {
    overflows_.Increment();
  }
  if (overflow || now >= next_rescan_) {
    rescan(now);
  }
  const bool active = poll_active(now);
  if (catalog_changed_) {
    publish();
  }
  if (catalog_changed_ || sizes_changed_) {
    notify_();
  }
  quiet_until_ = now + kActiveInterval;
  next_turn_ = active ? std::min(now + kActiveInterval, next_rescan_) : next_rescan_;
}

void LogDiscovery::handle(DirectoryWatcher::Watch watch,
                          DirectoryWatcher::Event event,
                          SteadyTime now) {
  if (const auto tree = tree_watches_.find(watch); tree != tree_watches_.end()) {
    trees_[tree->second].inode = 0;  // to be listed
    next_rescan_ = now;
    if (event == DirectoryWatcher::Event::kGone) {
      trees_.erase(tree->second);
      tree_watches_.erase(tree);
    }
    return;
  }
  const auto known = chain_watches_.find(watch);
  if (known == chain_watches_.end()) {
    return;
  }
  ChainDirectory& chain = *chains_.at(known->second);
  if (event == DirectoryWatcher::Event::kWritten) {
    chain.last_write = now;
    return;
  }
  if (event == DirectoryWatcher::Event::kGone) {
    chain.watch.reset();
    chain_watches_.erase(known);
  }
  scan_chain(chain, now, /*force=*/true);
}

void LogDiscovery::rescan(SteadyTime now) {
  next_rescan_ = now + kRescanInterval;
  rescans_.Increment();
  for (const LogSourceConfig& source : options_.sources) {
    find_chains(source);
  }
  std::size_t open_files = 0;
  for (const auto& [key, chain] : chains_) {
    scan_chain(*chain, now, /*force=*/false);
    sizes_changed_ = chain->poll_sizes() || sizes_changed_;
    if (chain->close_finished()) {
      listed_[key] = chain->chain();
      catalog_changed_ = true;
    }
    open_files += chain->open_files();
  }
  remove_gone();
  open_files_gauge_.Set(static_cast<double>(open_files));
  watches_gauge_.Set(static_cast<double>(chain_watches_.size() + tree_watches_.size()));
  first_scan_ = false;
}

void LogDiscovery::find_chains(const LogSourceConfig& source) {
  scanning_ = &source;
  switch (source.type) {
    case LogSourceConfig::Type::kKubernetes:
      if (source.path.ends_with("/containers")) {
        find_linked(source.path);
      } else {
        find_pods(source.path);
      }
      return;
    case LogSourceConfig::Type::kDocker:
      find_docker(source.path);
      return;
    case LogSourceConfig::Type::kFiles:
      find_globbed(source.path);
  }
}

// Whether the directory is to be listed: it has other entries than at the last look, as far as its
// time stamp tells.
bool LogDiscovery::tree_changed(const std::string& path) {
  Result<UniqueFd> directory = host_.open_in_root(path, O_RDONLY | O_DIRECTORY);

  struct stat status {};

  if (!directory || ::fstat(directory->get(), &status) != 0) {
    return false;
  }
  Tree& tree = trees_[path];
  if (tree.inode == status.st_ino && nanoseconds(tree.mtime) == nanoseconds(status.st_mtim) &&
      tree.looked_ns - nanoseconds(tree.mtime) > kCoarseNs) {
    return false;
  }
  tree.inode = status.st_ino;
  tree.mtime = status.st_mtim;
  tree.looked_ns = unix_nanoseconds_now();
  watch_tree(path, directory->get());
  return true;
}

void LogDiscovery::watch_tree(const std::string& path, int fd) {
  if (!watcher_.active() || trees_[path].watch) {
    return;
  }
  if (const Result<DirectoryWatcher::Watch> watch = watcher_.watch(fd, /*writes=*/false)) {
    trees_[path].watch = *watch;
    tree_watches_[*watch] = path;
  } else {
    errors_.Increment();  // max_user_watches is reached: the rescans find what comes
  }
}

// <path>/<namespace>_<pod>_<uid>/<container>/<restart>.log
void LogDiscovery::find_pods(const std::string& path) {
  if (tree_changed(path)) {
    if (Result<UniqueFd> root = host_.open_in_root(path, O_RDONLY | O_DIRECTORY)) {
      for (const std::string& name : entries_of(root->get())) {
        if (parse_pod_dir_name(name)) {
          trees_.try_emplace(path + "/" + name);
        }
      }
    }
  }
  std::vector<std::string> pods;
  const std::string prefix = path + "/";
  for (auto tree = trees_.lower_bound(prefix);
       tree != trees_.end() && tree->first.starts_with(prefix);
       ++tree) {
    pods.push_back(tree->first);
  }
  for (const std::string& pod_path : pods) {
    const std::optional<PodDirName> pod =
        parse_pod_dir_name(std::string_view(pod_path).substr(prefix.size()));
    Result<UniqueFd> directory = host_.open_in_root(pod_path, O_RDONLY | O_DIRECTORY);
    if (!directory) {
      trees_.erase(pod_path);
      continue;
    }
    if (!pod || !tree_changed(pod_path)) {
      continue;
    }
    for (const std::string& container : entries_of(directory->get())) {
      ChainDirectoryOptions options;
      options.path = pod_path + "/" + container;
      options.naming = kubernetes_naming;
      options.container.pod_namespace = pod->pod_namespace;
      options.container.pod = pod->pod;
      options.container.pod_uid = pod->uid;
      options.container.container = container;
      add_chain(std::move(options));
    }
  }
}

// /var/log/containers: links to files of the tree above, or of Docker. Each leads to the directory
// that it points into.
void LogDiscovery::find_linked(const std::string& path) {
  if (!tree_changed(path)) {
    return;
  }
  Result<UniqueFd> directory = host_.open_in_root(path, O_RDONLY | O_DIRECTORY);
  if (!directory) {
    return;
  }
  for (const std::string& name : entries_of(directory->get())) {
    std::array<char, PATH_MAX> target{};
    const ssize_t length =
        ::readlinkat(directory->get(), name.c_str(), target.data(), target.size());
    const std::optional<ContainerLinkName> link = parse_container_link_name(name);
    if (length <= 0 || !link) {
      continue;
    }
    std::string file(target.data(), static_cast<std::size_t>(length));
    if (!file.starts_with('/')) {
      file.insert(0, path + "/");
    }
    ChainDirectoryOptions options;
    options.path = directory_of(file);
    options.container.container_id = link->container_id;
    if (const std::optional<LogFilePath> parsed = parse_log_file_path(file)) {
      options.naming = kubernetes_naming;
      options.container.pod_namespace = parsed->pod.pod_namespace;
      options.container.pod = parsed->pod.pod;
      options.container.pod_uid = parsed->pod.uid;
      options.container.container = parsed->container;
      options.container.container_id
          .clear();  // the directory outlives the container: its restarts have other ids
    } else {
      options.naming = docker_naming;
      options.format = LogFormat::kDocker;
      options.container.pod_namespace = link->pod_namespace;
      options.container.pod = link->pod;
      options.container.container = link->container;
    }
    add_chain(std::move(options));
  }
}

// <path>/<id>/<id>-json.log
void LogDiscovery::find_docker(const std::string& path) {
  if (!tree_changed(path)) {
    return;
  }
  Result<UniqueFd> root = host_.open_in_root(path, O_RDONLY | O_DIRECTORY);
  if (!root) {
    return;
  }
  for (const std::string& id : entries_of(root->get())) {
    ChainDirectoryOptions options;
    options.path = path + "/" + id;
    options.naming = docker_naming;
    options.format = LogFormat::kDocker;
    std::string config;
    if (read_file_at(root->get(), (id + "/config.v2.json").c_str(), config)) {
      read_docker_config(config, options.container);
    }
    if (!options.container.pod_uid.empty() && has_kubernetes_source()) {
      continue;  // cri-dockerd: the links below /var/log/pods lead to the same file
    }
    options.container.container_id = id;
    if (options.container.container.empty()) {
      options.container.container = id.substr(0, 12);
    }
    add_chain(std::move(options));
  }
}

bool LogDiscovery::has_kubernetes_source() const {
  return std::any_of(
      options_.sources.begin(), options_.sources.end(), [](const LogSourceConfig& source) {
        return source.type == LogSourceConfig::Type::kKubernetes;
      });
}

void LogDiscovery::find_globbed(const std::string& pattern) {
  const std::string whole = (host_.root == "/" ? "" : host_.root) + pattern;
  glob_t found{};
  if (::glob(whole.c_str(), GLOB_NOSORT, nullptr, &found) ==
      0) {  // NOLINT(concurrency-mt-unsafe): no tilde, main thread
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const std::string path = std::string(found.gl_pathv[i]).substr(whole.size() - pattern.size());
      ChainDirectoryOptions options;
      options.path = directory_of(path);
      options.single_file = path.substr(options.path.size() + 1);
      options.format = LogFormat::kPlain;
      options.container.container = options.single_file;
      add_chain(std::move(options));
    }
  }
  ::globfree(&found);
}

void LogDiscovery::add_chain(ChainDirectoryOptions options) {
  options.container.node = options_.node_name;
  options.outputs = options_.outputs;
  auto chain = std::make_unique<ChainDirectory>(std::move(options), host_);
  const std::string key = chain->key();
  if (const auto known = chains_.find(key); known == chains_.end()) {
    const bool skip_old = first_scan_ && scanning_->start_at == LogSourceConfig::StartAt::kEnd;
    // The watch stands before the first listing: what comes between the two is seen by one of them.
    ChainDirectory& added = *chains_.emplace(key, std::move(chain)).first->second;
    watch_chain(added, steady_now());
    (void)added.scan(skip_old, /*force=*/true);
    listed_[key] = added.chain();
    catalog_changed_ = true;
  }
}

void LogDiscovery::watch_chain(ChainDirectory& chain, SteadyTime now) {
  chain.polled = true;  // the first look is soon
  chain.last_write = now;
  if (!watcher_.active() || chain.watch) {
    return;
  }
  const Result<UniqueFd> directory = chain.open();
  const Result<DirectoryWatcher::Watch> watch =
      directory ? watcher_.watch(directory->get(), /*writes=*/false)
                : Result<DirectoryWatcher::Watch>(-1);
  if (watch && *watch >= 0) {
    chain.watch = *watch;
    chain_watches_[*watch] = chain.key();
  } else if (directory) {
    errors_.Increment();
  }
}

void LogDiscovery::scan_chain(ChainDirectory& chain, SteadyTime now, bool force) {
  if (!chain.scan(/*first_look_skips=*/false, force)) {
    return;
  }
  listed_[chain.key()] = chain.chain();
  catalog_changed_ = true;
  chain.polled = true;  // a new file is about to be written to
  chain.last_write = now;
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
    if (was_polled != chain->polled && chain->watch) {
      if (const Result<UniqueFd> directory = chain->open()) {
        (void)watcher_.watch(directory->get(), /*writes=*/!chain->polled);
      }
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
    if (chain->second->watch) {
      watcher_.unwatch(*chain->second->watch);
      chain_watches_.erase(*chain->second->watch);
    }
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
  catalog_.publish(std::move(chains));
}

}  // namespace supercargo
