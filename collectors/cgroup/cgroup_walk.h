// Walks a cgroup tree from its root down. Owned by the collector; collect thread.
//
// Tells every cgroup's path once, parents before children. A directory that vanishes meanwhile is
// left out. Leaves are known by their link count and never opened; other directories are listed
// only when their children have changed, since the kernel makes up a listing of some 70 files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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
  CgroupWalk();
  ~CgroupWalk();
  CgroupWalk(const CgroupWalk&) = delete;
  CgroupWalk& operator=(const CgroupWalk&) = delete;

  // Returns whether to go on below the cgroup.
  using Visit = std::function<bool(const FoundCgroup&)>;

  void run(int root, const Visit& visit);

 private:
  struct Node;
  using Nodes = std::vector<std::unique_ptr<Node>>;

  // False when the cgroup is gone.
  bool walk(int root, Node& node, const Visit& visit);
  void walk_children(int root, Node& node, const Visit& visit);
  [[nodiscard]] std::vector<std::string> list(int root, const Node& node);

  DirectoryReader reader_;
  std::unique_ptr<Node> top_;  // what the last run found
  std::size_t seen_ = 0;       // in this run
};

}  // namespace supercargo
