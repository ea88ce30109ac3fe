// Walks a cgroup tree from its root down. Owned by the collector; collect thread.
//
// Tells every cgroup's path once, parents before children. A directory that vanishes meanwhile is
// left out. Leaves are known by their link count and never opened.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/directory.h"

namespace supercargo {

struct FoundCgroup {
  std::string_view path;  // "/" for the root
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;
  bool has_children = false;
};

class CgroupWalk {
 public:
  // Returns whether to go on below the cgroup.
  using Visit = std::function<bool(const FoundCgroup&)>;

  void run(int root, const Visit& visit);

 private:
  void read_children(int root, const std::string& path);

  DirectoryReader reader_;
  std::vector<std::string> pending_;
  std::string relative_;
};

}  // namespace supercargo
