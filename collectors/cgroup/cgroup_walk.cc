#include "collectors/cgroup/cgroup_walk.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

// A runaway tree must not stop the node's metrics.
constexpr std::size_t kMaxCgroups = 50'000;

// A directory has a link for its name, one for ".", and one for the ".." of each child. File
// systems that do not count them say 1.
constexpr nlink_t kLeafLinks = 2;

std::int64_t modified_ns(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

struct CgroupWalk::Node {
  explicit Node(std::string its_path) : path(std::move(its_path)) {}

  // The directory below the tree's root, as system calls want it.
  [[nodiscard]] const char* relative_path() const { return path == "/" ? "." : path.c_str() + 1; }

  // As many children as the directory has, and all were there a moment ago: no other can be new.
  [[nodiscard]] bool children_are_true() const {
    return links >= kLeafLinks && links - kLeafLinks == children.size();
  }

  const std::string path;
  nlink_t links = 0;
  Nodes children;  // by path
};

CgroupWalk::CgroupWalk() : top_(std::make_unique<Node>("/")) {}

CgroupWalk::~CgroupWalk() = default;

void CgroupWalk::run(int root, const Visit& visit) {
  seen_ = 0;
  if (!walk(root, *top_, visit)) {
    top_->children.clear();
  }
}

bool CgroupWalk::walk(int root, Node& node, const Visit& visit) {
  if (++seen_ > kMaxCgroups) {
    return true;
  }

  struct stat status {};

  if (::fstatat(root, node.relative_path(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISDIR(status.st_mode)) {
    return false;
  }
  node.links = status.st_nlink;
  const FoundCgroup found{.path = node.path,
                          .inode = status.st_ino,
                          .modified_ns = modified_ns(status),
                          .has_children = status.st_nlink != kLeafLinks};
  if (visit(found) && found.has_children) {
    walk_children(root, node, visit);
  } else {
    node.children.clear();
  }
  return true;
}

// First those that are known: when one has gone another may have come, and the number is the same.
void CgroupWalk::walk_children(int root, Node& node, const Visit& visit) {
  const auto gone = [&](const std::unique_ptr<Node>& child) { return !walk(root, *child, visit); };
  node.children.erase(std::remove_if(node.children.begin(), node.children.end(), gone),
                      node.children.end());
  if (node.children_are_true()) {
    return;
  }
  Nodes merged;
  for (std::string& path : list(root, node)) {
    const auto known = std::lower_bound(
        node.children.begin(),
        node.children.end(),
        path,
        [](const auto& child, const auto& wanted) {
          return child == nullptr || child->path < wanted;  // those that were moved are smaller
        });
    if (known != node.children.end() && (*known)->path == path) {
      merged.push_back(std::move(*known));
    } else if (auto child = std::make_unique<Node>(std::move(path)); walk(root, *child, visit)) {
      merged.push_back(std::move(child));
    }
  }
  node.children = std::move(merged);
}

// The paths of its children, in order. An error leaves out the rest of a directory that has just
// gone.
std::vector<std::string> CgroupWalk::list(int root, const Node& node) {
  std::vector<std::string> paths;
  const Result<UniqueFd> directory = open_at(root, node.relative_path(), O_RDONLY | O_DIRECTORY);
  if (!directory) {
    return paths;
  }
  const std::string_view prefix = node.path == "/" ? std::string_view() : node.path;
  (void)reader_.read(directory->get(), [&](std::string_view name, DirectoryReader::Type type) {
    if (type == DirectoryReader::Type::kDirectory || type == DirectoryReader::Type::kUnknown) {
      paths.emplace_back(prefix).append("/").append(name);
    }
  });
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace supercargo
