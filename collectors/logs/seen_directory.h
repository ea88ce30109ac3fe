// A directory as it was when its entries were last read: whether they are to be read again.
//
// A value of discovery's, on its thread.
#pragma once

#include <cstdint>
#include <string>

#include <sys/stat.h>

#include "agent/base/host_paths.h"

namespace supercargo {

class SeenDirectory {
 public:
  // Call with what it was, and when, before its entries are read.
  void remember(const struct stat& status, std::int64_t looked_ns);

  // It is to be read again, whatever it looks like.
  void forget() { inode_ = 0; }

  // The same directory, and the same entries as far as its time stamp tells.
  [[nodiscard]] bool is(const struct stat& status) const;

  // The same by one system call, where opening it below the host's root takes five. A link may lead
  // this look elsewhere; device and inode tell. False when in doubt.
  [[nodiscard]] bool is_at(const HostPaths& host, const std::string& path) const;

 private:
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::int64_t mtime_ns_ = 0;
  std::int64_t looked_ns_ = 0;
};

}  // namespace supercargo
