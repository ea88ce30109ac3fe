// What the agent tells the service manager that started it, systemd for example (Type=notify).
//
// A free function without state, called by the main thread; it never waits.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

// Where a service manager listens: NOTIFY_SOCKET of the environment. Empty: nobody does.
[[nodiscard]] std::string notify_socket();

// Sends `state`, such as "READY=1", as one datagram to `socket`, which is a path or, with an @ in
// front, a name of the abstract name space. Nobody to tell is no error.
[[nodiscard]] Status tell_service_manager(const std::string& socket, std::string_view state);

}  // namespace supercargo
