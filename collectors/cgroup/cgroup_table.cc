#include "collectors/cgroup/cgroup_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include <sys/stat.h>

#include "collectors/cgroup/cgroup_identity.h"

namespace supercargo {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kLookForMissingNs = 60 * kSecondNs;

// Those in which a runtime makes directories; runc begins with the set of processors.
constexpr std::array kV1Trees{Controller::kCpuset,
                              Controller::kCpu,
                              Controller::kCpuacct,
                              Controller::kMemory,
                              Controller::kBlkio,
                              Controller::kPids,
                              Controller::kHugetlb};

std::optional<std::int64_t> modified_at(int directory, const std::string& path) {
  struct stat status {};

  if (directory < 0 || ::fstatat(directory, path.c_str(), &status, 0) != 0) {
    return std::nullopt;
  }
  return std::int64_t{status.st_mtim.tv_sec} * kSecondNs + status.st_mtim.tv_nsec;
}

}  // namespace

void CgroupTable::refresh(ReadContext& context, const PodKnowledge& known) {
  ++pass_;
  find_cgroups(context);
  forget_gone(context);
  identify(known);
  look_for_missing_files(known.now_ns);
}

void CgroupTable::find_cgroups(ReadContext& context) {
  walk_.run(context.hierarchy.walk_root(), [&](const FoundCgroup& found) {
    const auto known = entries_.find(found.path);
    const bool same = known != entries_.end() && known->second->inode == found.inode;
    const CgroupPath parsed = same ? known->second->parsed : parse_cgroup_path(found.path);
    if (parsed.kind != CgroupKind::kIgnore) {
      CgroupEntry& entry = same ? *known->second : add(found, parsed, context);
      entry.pass = pass_;
      entry.has_children = found.has_children;
    }
    // What is in a container of a pod belongs to it; outside of pods there may be whole nodes.
    return parsed.kind == CgroupKind::kPod || parsed.pod_uid.empty();
  });
}

CgroupEntry& CgroupTable::add(const FoundCgroup& found,
                              const CgroupPath& parsed,
                              ReadContext& context) {
  if (const auto known = entries_.find(found.path); known != entries_.end()) {
    known->second->files.close(context);  // another cgroup with the name of a former one
    entries_.erase(known);
  }
  auto entry = std::make_unique<CgroupEntry>();
  entry->path = found.path;
  entry->parsed = parsed;
  entry->parsed.container_id = parse_cgroup_path(entry->path).container_id;
  entry->inode = found.inode;
  entry->start_ns = start_of(found, context.hierarchy);
  if (parsed.pod_uid.empty()) {
    identify_alone(*entry);
  }
  CgroupEntry& result = *entry;
  entries_.emplace(result.path, std::move(entry));
  return result;
}

// Kernel directories have no birth time. Their modification time moves on when a child is made, so
// that a file which nobody writes tells more. Of the trees of v1 the first one counts: a runtime
// makes one directory after the other.
std::int64_t CgroupTable::start_of(const FoundCgroup& found, const Hierarchy& hierarchy) const {
  const bool v2 = hierarchy.version() == CgroupVersion::kV2;
  std::string directory;
  append_relative_path(found.path, directory);
  const std::string file = directory + (v2 ? "/cgroup.events" : "/cgroup.clone_children");
  std::int64_t start_ns = found.modified_ns;
  for (const Controller tree : v2 ? std::span(kV1Trees).first(1) : std::span(kV1Trees)) {
    for (const std::string& path : {directory, file}) {
      start_ns = std::min(start_ns, modified_at(hierarchy.root(tree), path).value_or(start_ns));
    }
  }
  return std::max(start_ns, boot_ns_);
}

void CgroupTable::forget_gone(ReadContext& context) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second->pass == pass_) {
      ++entry;
      continue;
    }
    entry->second->files.close(context);
    entry = entries_.erase(entry);
  }
}

void CgroupTable::identify(const PodKnowledge& known) {
  groups_.clear();
  for (const auto& [path, entry] : entries_) {
    if (entry->parsed.pod_uid.empty()) {
      continue;
    }
    PodGroup& group = groups_[entry->parsed.pod_uid.view()];
    if (entry->parsed.kind == CgroupKind::kContainer) {
      group.containers.push_back(entry.get());
    } else {
      group.pod = entry.get();
    }
  }
  for (auto& [uid, group] : groups_) {
    identify_pod(group, known);
  }
}

void CgroupTable::look_for_missing_files(std::int64_t now_ns) {
  if (now_ns - looked_for_missing_ns_ < kLookForMissingNs) {
    return;
  }
  looked_for_missing_ns_ = now_ns;
  for (const auto& [path, entry] : entries_) {
    entry->files.forget_missing();
  }
}

}  // namespace supercargo
