#include "collectors/cgroup/network_reader.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/fd.h"

namespace supercargo {

std::optional<std::span<const InterfaceCounters>> NetworkReader::begin_pass() {
  given_.clear();
  host_inode_.reset();
  std::uint64_t inode = 0;
  if (!read_new(1, inode)) {
    return std::nullopt;
  }
  host_inode_ = inode;
  return counters_;
}

std::optional<std::span<const InterfaceCounters>> NetworkReader::read(std::uint32_t process) {
  std::uint64_t inode = 0;
  if (!host_inode_ || process == 0 || !read_new(process, inode)) {
    return std::nullopt;
  }
  return counters_;
}

bool NetworkReader::read_new(std::uint32_t process, std::uint64_t& inode) {
  // Opened for each reading: a descriptor kept open would keep the network namespace alive.
  const std::string path = proc_ + "/" + std::to_string(process) + "/net/dev";
  const Result<UniqueFd> file = open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK);

  struct stat status {};

  if (!file || ::fstat(file->get(), &status) != 0 || !given_.insert(status.st_ino).second) {
    return false;
  }
  inode = status.st_ino;
  if (!read_all(file->get(), text_)) {
    return false;
  }
  if (!parse_net_dev(text_, counters_)) {
    ++errors_;
    return false;
  }
  counters_.erase(
      std::remove_if(counters_.begin(),
                     counters_.end(),
                     [](const InterfaceCounters& one) { return is_skipped_interface(one.name); }),
      counters_.end());
  return true;
}

}  // namespace supercargo
