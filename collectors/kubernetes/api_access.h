// Where the API server is and by what it is entered: the way every pod of a cluster finds both.
//
// Pure but for looking whether the token's file is there; main thread.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/config/environment.h"

namespace supercargo {

struct ApiAccess {
  std::string url;         // without a path
  std::string token_file;  // empty: no token is sent
  std::string ca_file;     // empty: the system's authorities
};

// An error (kUnavailable) says what is missing; its text is the same for the same cause.
[[nodiscard]] Result<ApiAccess> find_api_access(const KubernetesConfig& config,
                                                const EnvironmentLookup& environment);

}  // namespace supercargo
