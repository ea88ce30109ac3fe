// What the agent may ask an API server for. Pure, any thread.
#pragma once

#include <string>

#include "tests/support/http_stand_in.h"

namespace supercargo::test {

// Why a request is not one that the agent should send: for all nodes' pods, without bookmarks,
// without an end. Empty: it is.
[[nodiscard]] std::string kube_request_violation(const StandInRequest& request);

// Whose pods are asked for.
[[nodiscard]] std::string kube_node_of(const StandInRequest& request);

}  // namespace supercargo::test
