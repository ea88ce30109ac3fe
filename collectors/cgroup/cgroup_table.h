// The cgroups of this machine, from pass to pass: who came, who went, and who is who.
//
// Owned by the collector; collect thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/cgroup/cgroup_identity.h"
#include "collectors/cgroup/cgroup_walk.h"

namespace supercargo {

class CgroupTable {
 public:
  using Entries = std::map<std::string, std::unique_ptr<CgroupEntry>, std::less<>>;  // by path

  // No cgroup is older than the machine's start, whatever its directory says.
  explicit CgroupTable(std::int64_t boot_ns) : boot_ns_(boot_ns) {}

  // Walks the tree, forgets what is gone, and labels what is new.
  void refresh(ReadContext& context, const PodKnowledge& known);

  [[nodiscard]] const Entries& entries() const { return entries_; }

  [[nodiscard]] const PodGroups& pods() const { return groups_; }

 private:
  void find_cgroups(ReadContext& context);
  CgroupEntry& add(const FoundCgroup& found, const CgroupPath& parsed, ReadContext& context);
  [[nodiscard]] std::int64_t start_of(const FoundCgroup& found, const Hierarchy& hierarchy) const;
  void forget_gone(ReadContext& context);
  void identify(const PodKnowledge& known);
  void look_for_missing_files(std::int64_t now_ns);

  const std::int64_t boot_ns_;
  std::int64_t looked_for_missing_ns_ = 0;
  std::uint64_t pass_ = 0;
  CgroupWalk walk_;
  Entries entries_;
  PodGroups groups_;  // views into entries_, made anew in each pass
};

}  // namespace supercargo
