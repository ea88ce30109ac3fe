// Where the host's files are, as seen by this process: in a pod the host's tree stands below
// host_root.
//
// A value, made once from the configuration and passed to every collector. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

struct HostPaths {
  std::string root = "/";                 // the host's / (host_root)
  std::string proc = "/proc";             // a whole path in this process' view, not below root
  std::string sys = "/sys";               // likewise
  std::string cgroup = "/sys/fs/cgroup";  // likewise
  std::string run = "/run";               // likewise

  // Opens an absolute host path so that symbolic links, also absolute ones, resolve below `root`,
  // as if it were / (openat2 with RESOLVE_IN_ROOT; kernels without it: link by link in user space).
  [[nodiscard]] Result<UniqueFd> open_in_root(std::string_view host_path, int flags) const;
};

// open_in_root for kernels without openat2: every component in turn, links followed by hand. Here
// for its test.
[[nodiscard]] Result<UniqueFd> walk_in_root(const std::string& root,
                                            std::string_view host_path,
                                            int flags);

}  // namespace supercargo
