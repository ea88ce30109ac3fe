#include "collectors/kubernetes/api_access.h"

#include <unistd.h>

namespace supercargo {
namespace {

bool readable(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

Error missing(std::string what) {
  return Error{ErrorCode::kUnavailable, std::move(what)};
}

Result<std::string> find_url(const KubernetesConfig& config, const EnvironmentLookup& environment) {
  if (!config.url.empty()) {
    return config.url.substr(0, config.url.find_last_not_of('/') + 1);
  }
  const std::string host = environment("KUBERNETES_SERVICE_HOST").value_or("");
  const std::string port = environment("KUBERNETES_SERVICE_PORT").value_or("");
  if (host.empty() || port.empty()) {
    return missing("not in a cluster: KUBERNETES_SERVICE_HOST is not set");
  }
  std::string url("https://");
  const bool is_v6 = host.find(':') != std::string::npos;
  url.append(is_v6 ? "[" : "").append(host).append(is_v6 ? "]" : "");
  return url.append(":").append(port);
}

}  // namespace

Result<ApiAccess> find_api_access(const KubernetesConfig& config,
                                  const EnvironmentLookup& environment) {
  Result<std::string> url = find_url(config, environment);
  if (!url) {
    return std::move(url).error();
  }
  ApiAccess access;
  access.url = std::move(*url);
  // A proxy on this machine (kubectl proxy) has a token of its own; ours must not be read by
  // others.
  if (!access.url.starts_with("https://")) {
    return access;
  }
  access.token_file = config.service_account_dir + "/token";
  if (!readable(access.token_file)) {
    return missing("no token in " + config.service_account_dir +
                   ": the pod needs automountServiceAccountToken: true");
  }
  if (const std::string ca = config.service_account_dir + "/ca.crt"; readable(ca)) {
    access.ca_file = ca;
  }
  return access;
}

}  // namespace supercargo
