#include "collectors/kubernetes/pod_index.h"

#include <array>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"

namespace supercargo {
namespace {

// A cut id shorter than this could be that of several containers.
constexpr std::size_t kMinCutId = 12;

// Two changes may carry the same time stamp, which moves on with the kernel's tick (at most 10 ms,
// coarser on some file systems): a directory is believed unchanged only when it was read that much
// later than it was modified.
constexpr std::int64_t kRacyNs = 2'000'000'000;

std::int64_t modified_ns(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

std::optional<std::string> read_link(int directory, std::string_view name) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size =
      ::readlinkat(directory, std::string(name).c_str(), target.data(), target.size());
  if (size <= 0) {
    return std::nullopt;
  }
  return std::string(target.data(), static_cast<std::size_t>(size));
}

// What stands behind "<container>-" in a name that was cut.
std::string_view cut_id(std::string_view tail, std::string_view container) {
  const bool fits = tail.size() > container.size() + 1 && tail.starts_with(container) &&
                    tail[container.size()] == '-';
  return fits ? tail.substr(container.size() + 1) : std::string_view();
}

}  // namespace

const ContainerInfo* PodSnapshot::container(std::string_view id) const {
  if (const auto found = containers.find(id); found != containers.end()) {
    return &found->second;
  }
  const auto after = cut.upper_bound(id);
  if (after == cut.begin()) {
    return nullptr;
  }
  const auto candidate = std::prev(after);
  return id.starts_with(candidate->first) ? &candidate->second : nullptr;
}

const PodName* PodSnapshot::pod(std::string_view uid) const {
  const auto found = pods.find(uid);
  return found == pods.end() ? nullptr : &found->second;
}

PodIndex::PodIndex(HostPaths paths, std::string node_name, std::string log_dir)
    : paths_(std::move(paths)), node_name_(std::move(node_name)), log_dir_(std::move(log_dir)) {}

std::shared_ptr<const PodSnapshot> PodIndex::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

bool PodIndex::refresh() {
  const std::optional<Result<UniqueFd>> pods = open_changed("pods", pods_seen_);
  const std::optional<Result<UniqueFd>> links = open_changed("containers", containers_seen_);
  if (!pods && !links) {
    return false;
  }
  const std::shared_ptr<const PodSnapshot> last = snapshot();
  auto next = std::make_shared<PodSnapshot>();
  if (!pods) {
    next->has_pods = last->has_pods;
    next->pods = last->pods;
  } else if (pods->has_value()) {
    next->has_pods = true;
    read_pods((**pods).get(), *next);
  }
  if (!links) {
    next->has_containers = last->has_containers;
    next->containers = last->containers;
    next->cut = last->cut;
  } else if (links->has_value()) {
    next->has_containers = true;
    read_containers((**links).get(), *last, *next);
  }
  const std::lock_guard lock(mutex_);
  snapshot_ = std::move(next);
  return true;
}

std::optional<Result<UniqueFd>> PodIndex::open_changed(std::string_view name, Seen& seen) {
  const std::string path = std::string(log_dir_).append("/").append(name);
  Result<UniqueFd> directory = paths_.open_in_root(path, O_RDONLY | O_DIRECTORY);

  struct stat status {};

  if (!directory || ::fstat(directory->get(), &status) != 0) {
    const bool gone = std::exchange(seen, Seen{}).exists;
    return gone ? std::optional<Result<UniqueFd>>(errno_error(path, ENOENT)) : std::nullopt;
  }
  const std::int64_t modified = modified_ns(status);
  if (seen.settled && seen.modified_ns == modified && seen.inode == status.st_ino) {
    return std::nullopt;
  }
  seen = {.modified_ns = modified,
          .inode = status.st_ino,
          .settled = unix_nanoseconds_now() - modified > kRacyNs,
          .exists = true};
  return directory;
}

void PodIndex::read_pods(int directory, PodSnapshot& next) {
  const Status read =
      reader_.read(directory, [&](std::string_view name, DirectoryReader::Type type) {
        const std::optional<PodDirName> pod = parse_pod_dir_name(name);
        if (pod && type != DirectoryReader::Type::kFile) {
          next.pods.insert_or_assign(
              std::string(pod->uid),
              PodName{std::string(pod->pod_namespace), std::string(pod->pod)});
        }
      });
  pods_seen_.settled = pods_seen_.settled && read.has_value();
}

void PodIndex::read_containers(int directory, const PodSnapshot& last, PodSnapshot& next) {
  const Status read = reader_.read(directory, [&](std::string_view name, DirectoryReader::Type) {
    add_link(directory, name, last, next);
  });
  containers_seen_.settled = containers_seen_.settled && read.has_value();
}

void PodIndex::add_link(int directory,
                        std::string_view name,
                        const PodSnapshot& last,
                        PodSnapshot& next) {
  const std::optional<ContainerLinkName> link = parse_container_link_name(name);
  if (!link) {
    return;
  }
  if (const auto known = last.containers.find(link->container_id);
      known != last.containers.end() && !known->second.pod_uid.empty()) {
    next.containers.insert(*known);
    return;
  }
  ContainerInfo info;
  info.node = node_name_;
  info.pod_namespace = link->pod_namespace;
  info.pod = link->pod;
  info.container = link->container;
  info.container_id = link->container_id;
  const std::optional<std::string> target = read_link(directory, name);
  if (const auto path = parse_log_file_path(target ? *target : std::string_view())) {
    info.pod_uid = path->pod.uid;
    info.container = path->container;
    info.restart = path->file.restart;
  }
  if (!link->container_id.empty()) {
    next.containers.insert_or_assign(info.container_id, std::move(info));
    return;
  }
  const std::string_view id = cut_id(link->cut_tail, info.container);
  if (id.size() >= kMinCutId) {
    next.cut.insert_or_assign(std::string(id), std::move(info));
  }
}

}  // namespace supercargo
