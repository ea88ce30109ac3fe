#include "collectors/logs/chain_finder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "collectors/kubernetes/log_paths.h"

namespace supercargo {

ChainFinder::ChainFinder(const HostPaths& host, DirectoryWatcher& watcher, bool has_kubernetes)
    : host_(host), watcher_(watcher), has_kubernetes_(has_kubernetes) {}

void ChainFinder::find(const LogSourceConfig& source, const Found& found) {
  switch (source.type) {
    case LogSourceConfig::Type::kKubernetes:
      if (source.path.ends_with("/containers")) {
        find_linked(source.path, found);
      } else {
        find_pods(source.path, found);
      }
      return;
    case LogSourceConfig::Type::kDocker:
      find_docker(source.path, found);
      return;
    case LogSourceConfig::Type::kFiles:
      find_globbed(source.path, found);
  }
}

bool ChainFinder::handle(DirectoryWatcher::Watch watch, DirectoryWatcher::Event event) {
  const auto known = watches_.find(watch);
  if (known == watches_.end()) {
    return false;
  }
  if (const auto tree = trees_.find(known->second); tree != trees_.end()) {
    tree->second.listed.forget();
  }
  if (event == DirectoryWatcher::Event::kGone) {
    watches_.erase(known);  // another directory may stand at the same path already
  }
  return true;
}

// Whether the directory is to be listed: it has other entries than at the last look, as far as its
// time stamp tells.
bool ChainFinder::has_changed(const std::string& path, int directory) {
  struct stat status {};

  if (::fstat(directory, &status) != 0) {
    return false;
  }
  Tree& tree = trees_[path];
  if (tree.listed.is(status)) {
    return false;
  }
  tree.listed.remember(status, unix_nanoseconds_now());
  // Before the listing: what comes between the two is seen by one of them.
  watch(path, directory, tree);
  return true;
}

void ChainFinder::watch(const std::string& path, int directory, Tree& tree) {
  const Result<DirectoryWatcher::Watch> watch = watcher_.watch(directory, /*writes=*/false);
  if (watch && tree.watch != *watch) {  // without one, the rescans find what comes
    tree.watch = *watch;
    watches_[*watch] = path;
  }
}

// What cannot be read now, for want of descriptors or else, is read at the next look.
std::vector<std::string> ChainFinder::entries_of(const std::string& path, int directory) {
  std::vector<std::string> names;
  const Status read = directory_reader_.read(
      directory, [&names](std::string_view name, DirectoryReader::Type /*type*/) {
        names.emplace_back(name);
      });
  if (!read) {
    errors_.add(path, read.error());
    trees_[path].listed.forget();
  }
  return names;
}

// The directory, if it is there and is to be listed.
std::optional<UniqueFd> ChainFinder::open_changed(const std::string& path) {
  Result<UniqueFd> directory = host_.open_in_root(path, O_RDONLY | O_DIRECTORY);
  if (!directory) {
    errors_.add(path, directory.error());
    return std::nullopt;
  }
  if (!has_changed(path, directory->get())) {
    return std::nullopt;
  }
  return std::move(*directory);
}

// <path>/<namespace>_<pod>_<uid>/<container>/<restart>.log
void ChainFinder::find_pods(const std::string& path, const Found& found) {
  const std::string prefix = path + "/";
  if (const std::optional<UniqueFd> root = open_changed(path)) {
    for (const std::string& name : entries_of(path, root->get())) {
      if (parse_pod_dir_name(name)) {
        trees_.try_emplace(prefix + name);
      }
    }
  }
  for (auto tree = trees_.lower_bound(prefix);
       tree != trees_.end() && tree->first.starts_with(prefix);) {
    if (tree->second.listed.is_at(host_, tree->first)) {
      ++tree;
      continue;
    }
    const Result<UniqueFd> directory = host_.open_in_root(tree->first, O_RDONLY | O_DIRECTORY);
    if (!directory && directory.error().code == ErrorCode::kNotFound) {
      tree = trees_.erase(tree);
      continue;
    }
    if (!directory) {
      errors_.add(tree->first, directory.error());
    } else if (has_changed(tree->first, directory->get())) {
      find_containers(tree->first, entries_of(tree->first, directory->get()), found);
    }
    ++tree;
  }
}

void ChainFinder::find_containers(const std::string& pod_path,
                                  const std::vector<std::string>& containers,
                                  const Found& found) {
  const std::optional<PodDirName> pod =
      parse_pod_dir_name(std::string_view(pod_path).substr(pod_path.find_last_of('/') + 1));
  for (const std::string& container : containers) {
    ChainDirectoryOptions options;
    options.path = pod_path;
    options.path += '/';
    options.path += container;
    options.naming = kubernetes_naming;
    options.container.pod_namespace = pod->pod_namespace;
    options.container.pod = pod->pod;
    options.container.pod_uid = pod->uid;
    options.container.container = container;
    found(std::move(options));
  }
}

}  // namespace supercargo
