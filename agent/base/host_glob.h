// The host's paths that match a glob.
//
// A function without state; any thread. In a pod links on the way, also absolute ones, lead where
// they lead on the host, as with HostPaths::open_in_root.
#pragma once

#include <string>
#include <vector>

#include "agent/base/host_paths.h"

namespace supercargo {

struct HostGlob {
  std::vector<std::string> paths;  // of the host, without order
  int error = 0;                   // errno of the last directory that could not be listed
};

// `pattern`: an absolute path of the host, as for glob(3), without ~ and braces. That a directory
// is not there, or is none, is no error.
[[nodiscard]] HostGlob glob_in_root(const HostPaths& host, const std::string& pattern);

}  // namespace supercargo
