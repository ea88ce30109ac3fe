#include "collectors/logs/chain_key.h"

#include <optional>

#include "collectors/kubernetes/log_paths.h"

namespace supercargo {
namespace {

std::string_view take_last(std::string_view& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string_view last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return last;
}

bool is_docker_id(std::string_view name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

ContainerInfo container_of_key(std::string_view key) {
  ContainerInfo info;
  const std::string_view name = take_last(key);
  info.container = name;
  if (const std::optional<PodDirName> pod = parse_pod_dir_name(take_last(key))) {
    info.pod_namespace = pod->pod_namespace;
    info.pod = pod->pod;
    info.pod_uid = pod->uid;
    if (take_last(key) == kEventSource) {
      info.source = kEventSource;
    }
  } else if (is_docker_id(name)) {
    info.container_id = name;
    info.container = name.substr(0, 12);
  }
  return info;
}

}  // namespace supercargo
