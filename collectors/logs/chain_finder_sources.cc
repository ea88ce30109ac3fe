// Where chains stand that are not found by walking the directories of pods: behind links, with
// Docker, and where a glob says.
#include <array>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/host_glob.h"
#include "collectors/kubernetes/log_paths.h"
#include "collectors/logs/chain_finder.h"
#include "collectors/logs/docker_config.h"

namespace supercargo {
namespace {

std::string directory_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

std::string path_in(std::string directory, std::string_view name) {
  directory += '/';
  directory += name;
  return directory;
}

// The chain that a link of /var/log/containers leads to: a pod's directory or Docker's.
ChainDirectoryOptions linked_chain(const std::string& file, const ContainerLinkName& link) {
  ChainDirectoryOptions options;
  options.path = directory_of(file);
  if (const std::optional<LogFilePath> parsed = parse_log_file_path(file)) {
    // No container id: the directory outlives the container, its restarts have other ids.
    options.naming = kubernetes_naming;
    options.container.pod_namespace = parsed->pod.pod_namespace;
    options.container.pod = parsed->pod.pod;
    options.container.pod_uid = parsed->pod.uid;
    options.container.container = parsed->container;
    return options;
  }
  options.naming = docker_naming;
  options.format = LogFormat::kDocker;
  options.container.pod_namespace = link.pod_namespace;
  options.container.pod = link.pod;
  options.container.container = link.container;
  options.container.container_id = link.container_id;
  return options;
}

}  // namespace

// /var/log/containers: links to files of the tree above, or of Docker. Each leads to the directory
// that it points into.
void ChainFinder::find_linked(const std::string& path, const Found& found) {
  const std::optional<UniqueFd> directory = open_changed(path);
  if (!directory) {
    return;
  }
  for (const std::string& name : entries_of(path, directory->get())) {
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
    found(linked_chain(file, *link));
  }
}

// <path>/<id>/<id>-json.log
void ChainFinder::find_docker(const std::string& path, const Found& found) {
  if (const std::optional<UniqueFd> root = open_changed(path)) {
    for (const std::string& id : entries_of(path, root->get())) {
      unnamed_.insert(path_in(path, id));
    }
  }
  for (auto directory = unnamed_.begin(); directory != unnamed_.end();) {
    const bool of_source = directory->starts_with(path + "/");
    directory = of_source && find_docker_container(*directory, found) ? unnamed_.erase(directory)
                                                                      : std::next(directory);
  }
}

// Docker makes the directory, then config.v2.json, then the log. A container's name is fixed at its
// first line, so a directory without either is looked at again later. True when that is settled.
bool ChainFinder::find_docker_container(const std::string& directory, const Found& found) {
  const Result<UniqueFd> opened = host_.open_in_root(directory, O_RDONLY | O_DIRECTORY);
  if (!opened) {
    errors_.add(directory, opened.error());
    return opened.error().code == ErrorCode::kNotFound;
  }
  const std::string id = directory.substr(directory.find_last_of('/') + 1);
  std::string config;
  const Status read = read_file_at(opened->get(), "config.v2.json", config);
  if (!read && read.error().code == ErrorCode::kUnavailable) {
    errors_.add(directory, read.error());  // it is there, and tells the name
    return false;
  }
  const bool named = read.has_value();
  if (!named && ::faccessat(opened->get(), (id + "-json.log").c_str(), F_OK, 0) != 0) {
    return false;
  }
  ChainDirectoryOptions options;
  options.path = directory;
  options.naming = docker_naming;
  options.format = LogFormat::kDocker;
  read_docker_config(config, options.container);
  if (!options.container.pod_uid.empty() && has_kubernetes_) {
    return true;  // cri-dockerd: the links below /var/log/pods lead to the same file
  }
  options.container.container_id = id;
  if (options.container.container.empty()) {
    options.container.container = id.substr(0, 12);
  }
  found(std::move(options));
  return true;
}

void ChainFinder::find_globbed(const std::string& pattern, const Found& found) {
  const HostGlob matches = glob_in_root(host_, pattern);
  if (matches.error != 0) {
    errors_.add(pattern, errno_error("list", matches.error));
  }
  for (const std::string& path : matches.paths) {
    ChainDirectoryOptions options;
    options.path = directory_of(path);
    options.base_name = plain_base(std::string_view(path).substr(options.path.size() + 1));
    options.naming = plain_naming(options.base_name, pattern.substr(pattern.find_last_of('/') + 1));
    options.format = LogFormat::kPlain;
    options.container.container = options.base_name;
    if (!options.base_name.ends_with(".gz")) {
      found(std::move(options));
    }
  }
}

}  // namespace supercargo
