#include "collectors/cgroup/machine_info.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/boot_time.h"
#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::uint32_t kMaxCpus = 65'536;
constexpr std::uint64_t kKibibyte = 1024;

std::string read_trimmed(const std::string& path) {
  std::string text;
  if (!read_file(path.c_str(), text)) {
    return {};
  }
  return std::string(trim(text));
}

std::string read_in_root(const HostPaths& paths, std::string_view path) {
  const Result<UniqueFd> file = paths.open_in_root(path, O_RDONLY | O_NONBLOCK);
  std::string text;
  if (!file || !read_all(file->get(), text)) {
    return {};
  }
  return std::string(trim(text));
}

// What firmware says, of whatever kind it is; else the installation's id, as cAdvisor has it. One
// that is there but not for this agent to read has no substitute: it would be another one's.
std::string read_system_uuid(const HostPaths& paths, const std::string& machine_id) {
  const std::string dmi = paths.sys + "/class/dmi/id/product_uuid";
  if (::access(dmi.c_str(), F_OK) == 0) {
    return read_trimmed(dmi);
  }
  for (const char* name : {"/device-tree/system-id", "/device-tree/vm,uuid"}) {
    std::string id = read_trimmed(paths.proc + name);
    id.resize(std::min(id.size(), id.find('\0')));
    if (!id.empty()) {
      return id;
    }
  }
  return machine_id;
}

// "0-3" or "5", at the end of `out`.
bool append_range(std::string_view range, std::vector<std::uint32_t>& out) {
  const std::optional<std::uint32_t> first = parse_number<std::uint32_t>(take_until(range, '-'));
  const std::optional<std::uint32_t> last =
      range.empty() ? first : parse_number<std::uint32_t>(range);
  if (!first || !last || *last < *first || *last >= kMaxCpus || out.size() >= kMaxCpus) {
    return false;
  }
  for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) {
    out.push_back(cpu);
  }
  return true;
}

}  // namespace

std::optional<MachineMemory> parse_meminfo(std::string_view text) {
  MachineMemory memory;
  bool has_total = false;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 3> fields{{
      {"MemTotal", &memory.total_bytes},
      {"SwapTotal", &memory.swap_total_bytes},
      {"SwapFree", &memory.swap_free_bytes},
  }};
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view key = take_until(line, ':');
    const auto* field = std::find_if(
        fields.begin(), fields.end(), [&](const auto& entry) { return entry.first == key; });
    if (field == fields.end()) {
      continue;
    }
    const std::optional<std::uint64_t> kib = parse_u64(take_word(line));
    if (!kib) {
      return std::nullopt;
    }
    *field->second = *kib * kKibibyte;
    has_total = has_total || field == fields.begin();
  }
  return has_total ? std::optional(memory) : std::nullopt;
}

std::optional<MachineMemory> read_meminfo(const HostPaths& paths) {
  std::string text;
  if (!read_file((paths.proc + "/meminfo").c_str(), text)) {
    return std::nullopt;
  }
  return parse_meminfo(text);
}

std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
  std::string_view rest = trim(text);
  std::vector<std::uint32_t> cpus;
  while (!rest.empty()) {
    if (!append_range(take_until(rest, ','), cpus)) {
      return std::nullopt;
    }
  }
  return cpus.empty() ? std::nullopt : std::optional(cpus);
}

std::optional<MachineCpus> read_cpus(const HostPaths& paths) {
  const std::string directory = paths.sys + "/devices/system/cpu/";
  const auto online = parse_cpu_list(read_trimmed(directory + "online"));
  if (!online) {
    return std::nullopt;
  }
  std::set<std::pair<std::string, std::string>> cores;
  std::set<std::string> sockets;
  std::set<std::string> books;
  std::set<std::string> drawers;
  const std::string first = directory + "cpu" + std::to_string(online->front()) + "/topology/";
  const bool has_books = !read_trimmed(first + "book_id").empty();
  for (const std::uint32_t cpu : *online) {
    const std::string topology = directory + "cpu" + std::to_string(cpu) + "/topology/";
    std::string socket = read_trimmed(topology + "physical_package_id");
    std::string core = read_trimmed(topology + "core_id");
    if (!socket.empty() && !core.empty()) {
      sockets.insert(socket);
      cores.emplace(std::move(socket), std::move(core));
    }
    if (has_books) {
      books.insert(read_trimmed(topology + "book_id"));
      drawers.insert(read_trimmed(topology + "drawer_id"));
    }
  }
  drawers.erase("");
  return MachineCpus{online->size(), cores.size(), sockets.size(), books.size(), drawers.size()};
}

std::optional<std::int64_t> read_boot_time(const HostPaths& paths) {
  std::string text;
  if (!read_file((paths.proc + "/stat").c_str(), text)) {
    return std::nullopt;
  }
  return parse_boot_time(text);
}

std::string pretty_name_of(std::string_view os_release) {
  while (!os_release.empty()) {
    std::string_view value = trim(take_until(os_release, '\n'));
    if (take_until(value, '=') != "PRETTY_NAME") {
      continue;
    }
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    return std::string(quoted ? value.substr(1, value.size() - 2) : value);
  }
  return {};
}

MachineIds read_machine_ids(const HostPaths& paths) {
  std::string os_release = read_in_root(paths, "/etc/os-release");
  if (os_release.empty()) {
    os_release = read_in_root(paths, "/usr/lib/os-release");
  }
  const std::string machine_id = read_in_root(paths, "/etc/machine-id");
  return {.boot_id = read_trimmed(paths.proc + "/sys/kernel/random/boot_id"),
          .machine_id = machine_id,
          .system_uuid = read_system_uuid(paths, machine_id),
          .kernel = read_trimmed(paths.proc + "/sys/kernel/osrelease"),
          .os = pretty_name_of(os_release)};
}

}  // namespace supercargo
