// Which containers and pods there are: what inotify tells at once, and the walk that finds the
// rest.
#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "collectors/lifecycle/container_watch.h"

namespace supercargo {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::chrono::seconds kWalkInterval{10};
constexpr std::chrono::seconds kWalkIntervalAlone{1};  // without inotify

std::string parent_of(std::string_view cgroup) {
  const std::size_t slash = cgroup.find_last_of('/');
  return slash == 0 ? "/" : std::string(cgroup.substr(0, slash));
}

}  // namespace

void ContainerWatch::handle(CgroupNotifier::What what, std::string_view cgroup, Now now) {
  changed_ = true;
  const std::string path(cgroup);
  switch (what) {
    case CgroupNotifier::What::kMade:
      made(path, now);
      return;
    case CgroupNotifier::What::kRemoved:
      removed(path, now);
      return;
    case CgroupNotifier::What::kCounted:
      counted(path);
  }
}

void ContainerWatch::made(const std::string& cgroup, Now now) {
  const CgroupPath parsed = parse_cgroup_path(cgroup);
  if (parsed.kind == CgroupKind::kContainer) {
    add_container(cgroup, now.unix_ns, now);
  } else if (parsed.kind == CgroupKind::kPod) {
    add_pod(cgroup, parsed.pod_uid.view(), now);
    look_into(cgroup, now);
  } else if (parsed.kind == CgroupKind::kQos) {
    next_walk_ = now.steady;
  }
}

// What was made in the pod before it was watched.
void ContainerWatch::look_into(const std::string& pod, Now now) {
  std::string path;
  append_relative_path(pod, path);
  const Result<UniqueFd> directory =
      open_at(hierarchy_.walk_root(), path.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory) {
    return;
  }
  // An error leaves out what the next walk finds.
  (void)directory_reader_.read(
      directory->get(), [&](std::string_view name, DirectoryReader::Type type) {
        const std::string child = std::string(pod).append("/").append(name);
        if (type == DirectoryReader::Type::kDirectory &&
            parse_cgroup_path(child).kind == CgroupKind::kContainer) {
          add_container(child, now.unix_ns, now);
        }
      });
}

void ContainerWatch::removed(const std::string& cgroup, Now now) {
  if (const auto container = live_.find(cgroup); container != live_.end()) {
    const ContainerPointer gone = container->second;
    live_.erase(container);
    end(gone, now);
    return;
  }
  const auto pod = pods_.find(parse_cgroup_path(cgroup).pod_uid.view());
  if (pod != pods_.end() && pod->second.path == cgroup && pod->second.gone_ns == 0) {
    pod->second.gone_ns = now.unix_ns;
    pod->second.files.close(context_);
  }
}

// A container's cgroup.events tells that its last process is gone, and soon its files are: its last
// figures are read now.
void ContainerWatch::counted(const std::string& cgroup) {
  if (const auto container = live_.find(cgroup); container != live_.end()) {
    container->second->read_last(context_);
    return;
  }
  const CgroupPath parsed = parse_cgroup_path(cgroup);
  pods_to_read_.emplace(parsed.pod_uid.view());
  notified_pods_.emplace(parsed.pod_uid.view());
}

void ContainerWatch::add_container(const std::string& cgroup, std::int64_t start_ns, Now now) {
  if (live_.contains(cgroup)) {
    return;
  }
  auto container = std::make_shared<WatchedContainer>(cgroup, start_ns, baseline_, now.steady);
  notifier_.watch_file(cgroup, "cgroup.events");
  if (container->parsed.pod_uid.empty()) {
    notifier_.watch_children(parent_of(cgroup));
    name_container(*container, {});
  } else {
    add_pod(parent_of(cgroup), container->parsed.pod_uid.view(), now);
  }
  if (baseline_) {
    (void)container->read_oom_kills(context_);
  }
  live_.emplace(cgroup, std::move(container));
  if (!v2()) {
    unwatched_[cgroup] = now.steady + (baseline_ ? Milliseconds(0) : kProcessWait);
  }
  changed_ = true;
}

WatchedPod& ContainerWatch::add_pod(const std::string& cgroup, std::string_view uid, Now now) {
  const auto [found, is_new] = pods_.try_emplace(std::string(uid));
  WatchedPod& pod = found->second;
  if (!is_new && pod.gone_ns == 0) {
    return pod;
  }
  if (is_new) {
    pod.uid = uid;
    pod.known_before = baseline_;
    pod.seen_ns = now.unix_ns;
  } else {
    pod.count = 0;  // made again, by a kubelet that started anew
    pod.gone_ns = 0;
  }
  pod.path = cgroup;
  notifier_.watch_children(cgroup);
  if (v2()) {
    notifier_.watch_file_once(cgroup, "memory.events");
  }
  pods_to_read_.insert(pod.uid);
  return pod;
}

std::int64_t ContainerWatch::start_of(const FoundCgroup& found) const {
  std::string path;
  append_relative_path(found.path, path);
  path += v2() ? "/cgroup.events" : "/cgroup.clone_children";

  struct stat status {};

  if (::fstatat(hierarchy_.walk_root(), path.c_str(), &status, 0) != 0) {
    return found.modified_ns;
  }
  return std::min(found.modified_ns,
                  std::int64_t{status.st_mtim.tv_sec} * kSecondNs + status.st_mtim.tv_nsec);
}

// Returns whether there may be containers below.
bool ContainerWatch::visit(const FoundCgroup& found, std::set<std::string>& seen, Now now) {
  const std::string path(found.path);
  const CgroupPath parsed = parse_cgroup_path(path);
  if (parsed.kind == CgroupKind::kQos && !watched_parents_.contains(path)) {
    watched_parents_.insert(path);
    notifier_.watch_children(path);
  }
  if (parsed.kind == CgroupKind::kPod) {
    seen.insert(path);
    add_pod(path, parsed.pod_uid.view(), now);
  } else if (parsed.kind == CgroupKind::kContainer) {
    seen.insert(path);
    if (!live_.contains(path)) {
      add_container(path, start_of(found), now);
    }
  }
  return parsed.kind == CgroupKind::kPod || parsed.pod_uid.empty();
}

void ContainerWatch::walk(Now now) {
  next_walk_ = now.steady + (notifier_.active() ? kWalkInterval : kWalkIntervalAlone);
  changed_ = true;
  std::set<std::string> seen;
  walker_.run(hierarchy_.walk_root(),
              [&](const FoundCgroup& found) { return visit(found, seen, now); });
  baseline_ = false;
  std::vector<std::string> gone;
  for (const auto& [path, container] : live_) {
    container->forget_missing();
    if (!seen.contains(path)) {
      gone.push_back(path);
    }
  }
  for (const auto& [uid, pod] : pods_) {
    if (pod.gone_ns == 0 && !seen.contains(pod.path)) {
      gone.push_back(pod.path);
    }
  }
  for (const std::string& path : gone) {
    removed(path, now);
  }
}

void ContainerWatch::end(const ContainerPointer& container, Now now) {
  container->end_ns = std::max(now.unix_ns, container->start_ns);
  container->close(context_);
  exits_.forget(container->path);
  const auto pod = pods_.find(container->parsed.pod_uid.view());
  if (pod != pods_.end()) {
    pod->second.ended_since_read.push_back(container);
    if (v2()) {
      pods_to_read_.insert(pod->first);
    } else if (!container->last_kills_read) {
      ended_pods_.insert(pod->first);
    }
    ended_.push_back(container);
  }
}

}  // namespace supercargo
