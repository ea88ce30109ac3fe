#include "agent/app/host.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

#include <sys/resource.h>

#include "agent/base/log.h"
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
  paths.run = config.host.run;
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

std::size_t fit_into_open_file_limit(std::uint64_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  const std::uint64_t fitting = limit.rlim_cur / 4 * 3;
  if (wanted > fitting) {
    log_warn(
        "Fewer log files are held open than logs.max_open_files says: the process may not "
        "open more. Raise its limit (LimitNOFILE of the unit or the container runtime).",
        {{"max_open_files", wanted}, {"fitting", fitting}});
  }
  return std::min(wanted, fitting);
}

void write_termination_reason(const std::string& reason) {
  if (std::FILE* file = std::fopen("/dev/termination-log", "re+")) {
    (void)std::fputs(reason.c_str(), file);
    (void)std::fclose(file);
  }
}

void ignore_broken_pipes() {
  (void)std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace supercargo
