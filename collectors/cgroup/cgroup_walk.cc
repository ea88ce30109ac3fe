#include "collectors/cgroup/cgroup_walk.h"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/fd.h"
#include "collectors/cgroup/cgroup_files.h"

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

void CgroupWalk::run(int root, const Visit& visit) {
  pending_.assign(1, "/");
  for (std::size_t seen = 0; !pending_.empty() && seen < kMaxCgroups; ++seen) {
    const std::string path = std::move(pending_.back());
    pending_.pop_back();
    relative_.clear();
    append_relative_path(path, relative_);

    struct stat status {};

    if (::fstatat(root, relative_.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISDIR(status.st_mode)) {
      continue;
    }
    const FoundCgroup found{.path = path,
                            .inode = status.st_ino,
                            .modified_ns = modified_ns(status),
                            .has_children = status.st_nlink != kLeafLinks};
    if (visit(found) && found.has_children) {
      read_children(root, path);
    }
  }
}

void CgroupWalk::read_children(int root, const std::string& path) {
  const Result<UniqueFd> directory = open_at(root, relative_.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory) {
    return;
  }
  const std::string_view prefix = path == "/" ? std::string_view() : path;
  // An error leaves out the rest of a directory that has just gone.
  (void)reader_.read(directory->get(), [&](std::string_view name, DirectoryReader::Type type) {
    if (type == DirectoryReader::Type::kDirectory || type == DirectoryReader::Type::kUnknown) {
      pending_.emplace_back(prefix).append("/").append(name);
    }
  });
}

}  // namespace supercargo
