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

// Whether host.proc is the mount of the pid namespace that this process is in: its own number there
// is the one that it knows.
[[nodiscard]] bool in_host_pid_namespace(const HostPaths& host);

// Whether host.proc lists all processes of the host: it belongs to a pid namespace above this
// process' own, or that one is the kernel's initial one; and hidepid hides none.
[[nodiscard]] bool shows_host_processes(const HostPaths& host);

}  // namespace supercargo
