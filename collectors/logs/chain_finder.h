// Finds the directories of log chains of each kind of source: pods, links, Docker, globs.
//
// Owned by LogDiscovery, on its thread. Directories that hold others are watched, and listed
// only when they changed; errors are counted and the next look tries again. chain_finder.cc walks
// the directories of pods, chain_finder_sources.cc looks at the other kinds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/base/directory.h"
#include "agent/base/host_paths.h"
#include "agent/config/agent_config.h"
#include "collectors/logs/chain_directory.h"
#include "collectors/logs/directory_watcher.h"

namespace supercargo {

class ChainFinder {
 public:
  // Gets every chain in a directory that changed, also one that it got before.
  using Found = std::function<void(ChainDirectoryOptions)>;

  // `has_kubernetes`: pods are a source, too, so Docker's containers of pods are not taken twice.
  // `host` and `watcher` outlive the finder.
  ChainFinder(const HostPaths& host, DirectoryWatcher& watcher, bool has_kubernetes);

  void find(const LogSourceConfig& source, const Found& found);

  // True when the watch is one of its own: then find() will list that directory again.
  bool handle(DirectoryWatcher::Watch watch, DirectoryWatcher::Event event);

  [[nodiscard]] std::size_t watches() const { return watches_.size(); }

  // What failed since the last call.
  [[nodiscard]] ScanErrors take_errors() { return std::exchange(errors_, {}); }

 private:
  // A directory that holds chain directories, or directories of them, as it was at the last look.
  struct Tree {
    SeenDirectory listed;
    std::optional<DirectoryWatcher::Watch> watch;
  };

  [[nodiscard]] std::vector<std::string> entries_of(const std::string& path, int directory);
  void find_pods(const std::string& path, const Found& found);
  static void find_containers(const std::string& pod_path,
                              const std::vector<std::string>& containers,
                              const Found& found);
  void find_linked(const std::string& path, const Found& found);
  void find_docker(const std::string& path, const Found& found);
  [[nodiscard]] bool find_docker_container(const std::string& directory, const Found& found);
  void find_globbed(const std::string& pattern, const Found& found);
  std::optional<UniqueFd> open_changed(const std::string& path);
  [[nodiscard]] bool has_changed(const std::string& path, int directory);
  void watch(const std::string& path, int directory, Tree& tree);

  const HostPaths& host_;
  DirectoryWatcher& watcher_;
  const bool has_kubernetes_;
  std::map<std::string, Tree> trees_;  // by path
  std::unordered_map<DirectoryWatcher::Watch, std::string> watches_;
  std::set<std::string> unnamed_;  // Docker's directories of which the name is not known yet
  DirectoryReader directory_reader_;
  ScanErrors errors_;
};

}  // namespace supercargo
