// Whether what this process sees through its own namespaces is the host's.
//
// Pure questions to /proc, asked when the collectors are made (a process does not change its
// namespaces). They need no capability, and say no when they cannot tell: a family that is left out
// is better than a pod's values under the node's name.
#pragma once

#include "agent/base/host_paths.h"

namespace supercargo {

// Whether this process is in the network namespace of the host's first process: the inode of
// /proc/PID/net/dev is one per namespace, and readable where /proc/PID/ns is not.
[[nodiscard]] bool in_host_network(const HostPaths& host);

// Whether <sys>/class/net lists the host's devices. sysfs shows the network namespace of whoever
// mounted it: no when the list is that of this process' own, other namespace.
[[nodiscard]] bool sysfs_shows_host_network(const HostPaths& host);

// Whether uname(2) gives the host's names: this process shares the namespace of the host's first
// process or, where that one may not be asked, is in the kernel's initial one.
[[nodiscard]] bool in_host_uts(const HostPaths& host);

}  // namespace supercargo
