// Secrets at the moment of their use. Pure but for reading the file; any thread.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"

namespace supercargo {

// The secret's value, read from its file when it has one (again with each call, so that it can be
// rotated). Line ends at the file's end do not count. Empty when the secret is not set. An error
// names the file, never the content: unreadable, empty, larger than 64 KiB, or with control
// characters, which no header can carry.
[[nodiscard]] Result<std::string> resolve_secret(const Secret& secret);

}  // namespace supercargo
