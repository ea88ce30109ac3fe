#include "collectors/node/host_namespaces.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/base/text.h"
#include "collectors/node/class_devices.h"
#include "collectors/node/netdev.h"

namespace supercargo {
namespace {

// PROC_UTS_INIT_INO of the kernel's include/linux/proc_ns.h.
constexpr std::string_view kInitialUts = "uts:[4026531838]";

std::optional<std::pair<dev_t, ino_t>> identity(const std::string& path) {
  struct stat info {};

  if (::stat(path.c_str(), &info) != 0) {
    return std::nullopt;
  }
  return std::pair(info.st_dev, info.st_ino);
}

std::string link_target(const std::string& path) {
  std::array<char, 64> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : "";
}

std::set<std::string, std::less<>> devices_of(const std::string& net_dev) {
  std::set<std::string, std::less<>> out;
  std::string text;
  std::vector<NetDevice> devices;
  if (read_file(net_dev.c_str(), text) && parse_net_dev(text, devices)) {
    for (const NetDevice& device : devices) {
      out.emplace(device.name);
    }
  }
  return out;
}

// kthreadd is the second process of the initial pid namespace, and of no other: PF_KTHREAD of the
// kernel's include/linux/sched.h in the ninth field of its stat.
bool has_kernel_threads(const std::string& proc) {
  constexpr std::uint64_t kKernelThread = 0x00200000;
  constexpr int kFieldsBefore = 6;
  std::string text;
  if (!read_file((proc + "/2/stat").c_str(), text)) {
    return false;
  }
  std::string_view rest = std::string_view(text).substr(text.rfind(')') + 1);
  for (int i = 0; i < kFieldsBefore; ++i) {
    static_cast<void>(take_word(rest));
  }
  const std::optional<std::uint64_t> flags = parse_u64(take_word(rest));
  return flags && (*flags & kKernelThread) != 0;
}

}  // namespace

bool in_host_network(const HostPaths& host) {
  const auto first = identity(host.proc + "/1/net/dev");
  return first && first == identity(host.proc + "/self/net/dev");
}

bool sysfs_shows_host_network(const HostPaths& host) {
  if (in_host_network(host)) {
    return true;
  }
  const std::string place = host.sys + "/class/net";
  const Result<UniqueFd> directory = open_at(AT_FDCWD, place.c_str(), O_RDONLY | O_DIRECTORY);
  DirectoryReader reader;
  const auto listed = directory ? list_links(directory->get(), reader) : directory.error();
  if (!listed) {
    return false;
  }
  const std::set<std::string, std::less<>> shown(listed->begin(), listed->end());
  return !shown.empty() && shown != devices_of(host.proc + "/self/net/dev");
}

bool in_host_uts(const HostPaths& host) {
  const std::string own = link_target(host.proc + "/self/ns/uts");
  const std::string first = link_target(host.proc + "/1/ns/uts");
  return !own.empty() && own == (first.empty() ? kInitialUts : first);
}

bool in_host_pid_namespace(const HostPaths& host) {
  return link_target(host.proc + "/self") == std::to_string(::getpid());
}

// With hidepid the files of a process of another user, or with more capabilities, cannot be read.
bool shows_host_processes(const HostPaths& host) {
  std::string text;
  return !link_target(host.proc + "/self").empty() &&
         read_file((host.proc + "/1/stat").c_str(), text) &&
         (!in_host_pid_namespace(host) || has_kernel_threads(host.proc));
}

}  // namespace supercargo
