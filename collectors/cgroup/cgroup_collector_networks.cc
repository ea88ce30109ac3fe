// Whose the networks are that the processes of cgroups see.
#include "collectors/cgroup/cgroup_collector.h"

namespace supercargo {
namespace {

bool is_container(const CgroupEntry& entry) {
  return entry.parsed.kind == CgroupKind::kContainer;
}

std::uint32_t visible_process(const CgroupEntry& entry) {
  return entry.processes ? entry.processes->first_visible : 0;
}

}  // namespace

void CgroupCollector::write_networks(SampleSet& out) {
  const auto host = network_.begin_pass();
  if (!host) {
    return;
  }
  const CgroupTable::Entries& entries = table_->entries();
  if (const auto root = entries.find("/"); root != entries.end()) {
    for (const InterfaceCounters& counters : *host) {
      writer_.write_interface(*root->second, counters, out);
    }
  }
  for (const auto& [uid, group] : table_->pods()) {
    write_pod_network(group, out);
  }
  for (const auto& [path, entry] : entries) {
    if (is_container(*entry) && entry->parsed.pod_uid.empty()) {
      write_network(visible_process(*entry), *entry, out);
    }
  }
}

// A pod's network is its sandbox's. Where the runtime keeps none it is the pod's own; while a
// container is not yet known to be the sandbox or not, nothing is said.
void CgroupCollector::write_pod_network(const PodGroup& group, SampleSet& out) {
  const CgroupEntry* bearer = group.pod;
  bool pending = bearer == nullptr || bearer->identity == CgroupEntry::Identity::kPending;
  for (const CgroupEntry* container : group.containers) {
    if (container->is_sandbox) {
      bearer = container;
      pending = false;
      break;
    }
    pending = pending || container->is_unknown();
  }
  if (pending) {
    return;
  }
  for (const CgroupEntry* container : group.containers) {
    if (write_network(visible_process(*container), *bearer, out)) {
      return;
    }
  }
}

bool CgroupCollector::write_network(std::uint32_t process,
                                    const CgroupEntry& entry,
                                    SampleSet& out) {
  const auto interfaces = network_.read(process);
  if (!interfaces) {
    return false;
  }
  for (const InterfaceCounters& counters : *interfaces) {
    writer_.write_interface(entry, counters, out);
  }
  return true;
}

}  // namespace supercargo
