// Connections to programs of the host by a socket in its file system.
//
// A free function without state; any thread.
#pragma once

#include <string>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

// Connected and non-blocking; never waits. kNotFound when nobody listens there.
[[nodiscard]] Result<UniqueFd> connect_to_unix_socket(const std::string& path);

}  // namespace supercargo
