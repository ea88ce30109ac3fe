#include "collectors/cgroup/container_processes.h"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "collectors/cgroup/process_limits.h"

namespace supercargo {
namespace {

constexpr std::uint32_t kInit = 1;

bool is_container(const CgroupEntry& entry) {
  return entry.parsed.kind == CgroupKind::kContainer;
}

// Whether a /proc numbers processes otherwise than this process sees them: it is that of another
// pid namespace. No capability is needed to look at `self`.
bool is_foreign_proc(const std::string& proc) {
  std::array<char, 16> number{};
  const ssize_t size = ::readlink((proc + "/self").c_str(), number.data(), number.size());
  const std::string_view self(number.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return !self.empty() && self != std::to_string(::getpid());
}

std::optional<Processes> read_child_processes(const CgroupEntry& entry, ReadContext& context) {
  CgroupFiles files;
  const std::optional<std::string_view> text =
      files.read(CgroupFile::kProcs, entry.path + "/container", context);
  std::optional<Processes> processes = text ? parse_procs(*text) : Processes{};
  files.close(context);
  return processes;
}

}  // namespace

ContainerProcesses::ContainerProcesses(std::string proc)
    : proc_(std::move(proc)), foreign_(is_foreign_proc(proc_)) {}

void ContainerProcesses::begin_pass() {
  hidden_ = 0;
  visible_ = 0;
}

// A container whose processes are all in a child (crun makes one) is asked there. In a foreign pid
// namespace v1 shows only the processes of this agent's own, which must not be told as all; v2
// shows a 0 for each of the others. The numbers that it does show are not those of the host's
// /proc.
void ContainerProcesses::take(CgroupEntry& entry, CgroupSample& sample, ReadContext& context) {
  if (is_container(entry) && entry.has_children && sample.processes &&
      sample.processes->count == 0) {
    sample.processes = read_child_processes(entry, context);
  }
  entry.processes = sample.processes;
  if (!entry.processes) {
    return;
  }
  const bool none = entry.processes->count == 0;
  const bool v1 = context.hierarchy.version() == CgroupVersion::kV1;
  const bool none_shown = none && v1 && is_container(entry) && !entry.has_children &&
                          sample.get(cgroup_family::kThreads).value_or(0) > 0;
  if (foreign_) {
    entry.processes->first_visible = 0;
  }
  if (is_container(entry) && entry.processes->first_visible != 0) {
    ++visible_;
  } else if (is_container(entry) && (!none || none_shown)) {
    ++hidden_;
  }
  if (!none_shown && !(v1 && foreign_)) {
    sample.set(cgroup_family::kProcesses, static_cast<double>(entry.processes->count));
  }
}

void ContainerProcesses::read_limit(CgroupEntry& entry, bool due) const {
  if (!due && !std::isnan(entry.open_files_limit)) {
    return;
  }
  const bool root = entry.parsed.kind == CgroupKind::kRoot;
  const std::uint32_t first = entry.processes ? entry.processes->first_visible : 0;
  const std::uint32_t process = root ? kInit : is_container(entry) ? first : 0;
  const std::optional<std::int64_t> limit =
      process != 0 ? read_open_files_limit(proc_, process) : std::nullopt;
  entry.open_files_limit = limit ? static_cast<double>(*limit) : kNotKnown;
}

}  // namespace supercargo
