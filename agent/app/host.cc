#include "agent/app/host.h"

#include <csignal>

#include <sys/resource.h>

#include "agent/config/environment.h"

namespace supercargo {

std::string default_node_name() {
  return process_environment()("NODE_NAME").value_or("unknown");
}

HostPaths host_paths(const AgentConfig& config) {
  HostPaths paths;
  paths.root = config.host_root;
  paths.proc = config.host.proc;
  paths.sys = config.host.sys;
  paths.cgroup = config.host.sys + "/fs/cgroup";
  return paths;
}

std::uint64_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

void ignore_broken_pipes() {
  (void)std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace supercargo
