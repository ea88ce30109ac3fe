// One GET, as kubelet's exec probes and `helm test` ask it where the image has no shell and no
// curl: `supercargo probe URL`.
//
// Blocks for at most `wait` and one timeout. Called by run_command() on the main thread, in a
// process of its own. Goes to the address in the URL, never through a proxy, and follows no
// redirect.
#pragma once

#include <chrono>
#include <string>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"

namespace supercargo {

struct ProbeOptions {
  std::string url;                           // http or https, without credentials
  std::chrono::milliseconds timeout{2'000};  // from the name's look-up to the end of the answer
  std::chrono::milliseconds wait{0};  // for a good answer: asks again until then; 0 asks once
  TlsConfig tls;
  std::string username;  // empty: no basic authentication
  std::string password;
};

// Credentials of basic authentication, which shall not stand in a command line.
inline constexpr const char* kProbeUsernameVariable = "SUPERCARGO_PROBE_USERNAME";
inline constexpr const char* kProbePasswordVariable = "SUPERCARGO_PROBE_PASSWORD";

// The status, when it is 2xx; else one line that names the URL and what came last in place of it.
[[nodiscard]] Result<int> probe(const ProbeOptions& options);

}  // namespace supercargo
