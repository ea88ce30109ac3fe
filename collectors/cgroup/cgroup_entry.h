// One cgroup as the collector knows it from pass to pass, and the pods that they form.
//
// Owned by the collector; collect thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_sample.h"
#include "collectors/cgroup/last_reading.h"
#include "collectors/cgroup/process_files.h"
#include "collectors/kubernetes/cgroup_path.h"

namespace supercargo {

struct CgroupLabels {
  std::string pod_namespace;
  std::string pod;
  std::string container;
  std::string image;
  std::string name;
};

struct CgroupEntry {
  // What the labels are based on. A live series never changes its labels: a cgroup has no series
  // while what it is cannot be told.
  enum class Identity : std::uint8_t {
    kPending,
    kGuessed,  // nothing was found in time; a later finding is still taken
    kKnown,
  };

  // Nobody can tell yet whether it is its pod's sandbox.
  [[nodiscard]] bool is_unknown() const {
    return identity == Identity::kPending && awaits_image_ns == 0;
  }

  std::string path;
  CgroupPath parsed;  // its container id is a view into `path`
  std::uint64_t inode = 0;
  std::int64_t start_ns = 0;  // since 1970
  bool has_children = false;
  std::uint64_t pass = 0;  // the last one that found it
  CgroupFiles files;
  CgroupLimits limits;
  std::int64_t limits_due_ns = 0;  // when they are read anew, and all else
  LastReading last_reading;
  double open_files_limit = kNotKnown;  // of its first process

  Identity identity = Identity::kPending;
  bool is_sandbox = false;
  // Since when its container is known but the image is not; 0: it is not waited for.
  std::int64_t awaits_image_ns = 0;
  CgroupLabels labels;
  std::string label_block;             // the rendered labels, the cgroup's id among them
  std::optional<Processes> processes;  // in this pass
};

struct PodGroup {
  CgroupEntry* pod = nullptr;
  std::vector<CgroupEntry*> containers;
};

// By pod uid, a view into the entries.
using PodGroups = std::map<std::string_view, PodGroup>;

}  // namespace supercargo
