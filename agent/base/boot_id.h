// Which boot of the kernel this is: the line of /proc/sys/kernel/random/boot_id, new at every boot
// and the same in every namespace (random(4)). Any thread.
#pragma once

#include <string>

#include "agent/base/host_paths.h"

namespace supercargo {

// Empty where it cannot be read.
[[nodiscard]] std::string read_boot_id(const HostPaths& host);

}  // namespace supercargo
