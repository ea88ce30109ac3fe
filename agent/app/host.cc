#include "agent/app/host.h"

#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>

#include <sys/resource.h>
#include <unistd.h>

namespace supercargo {

std::string default_node_name() {
  const char* const node_name =
      std::getenv("NODE_NAME");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (node_name != nullptr && *node_name != '\0') {
    return node_name;
  }
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
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
