#include "agent/base/host_paths.h"

#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace supercargo {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel's own limit (path_resolution(7))

std::string_view first_component(std::string& rest) {
  const std::size_t begin = rest.find_first_not_of('/');
  if (begin == std::string::npos) {
    rest.clear();
    return {};
  }
  rest.erase(0, begin);
  return std::string_view(rest).substr(0, rest.find('/'));
}

// The walk of openat2(RESOLVE_IN_ROOT) in user space: every component is opened without following
// links; the target of a link goes in front of what is left, from the root when it is absolute.
Result<UniqueFd> walk_in_root(const std::string& root, std::string_view host_path, int flags) {
  std::string rest(host_path);
  std::string walked;  // below root, without "..", each component known not to be a link
  for (int links = 0; links <= kMaxLinks;) {
    const std::string component(first_component(rest));
    if (component.empty()) {
      return open_at(AT_FDCWD, (root + walked).c_str(), flags);
    }
    rest.erase(0, component.size());
    if (component == ".") {
      continue;
    }
    if (component == "..") {
      walked.erase(walked.find_last_of('/') == std::string::npos ? 0 : walked.find_last_of('/'));
      continue;
    }
    std::array<char, PATH_MAX> target{};
    std::string next = walked;
    next.append("/").append(component);
    const ssize_t length = ::readlink((root + next).c_str(), target.data(), target.size());
    if (length < 0) {
      walked = std::move(next);  // not a link, or missing: the open at the end says which
      continue;
    }
    ++links;
    const std::string_view link(target.data(), static_cast<std::size_t>(length));
    if (link.starts_with('/')) {
      walked.clear();
    }
    rest.insert(0, std::string(link) + "/");
  }
  return errno_error(std::string("open ").append(host_path), ELOOP);
}

}  // namespace

Result<UniqueFd> HostPaths::open_in_root(std::string_view host_path, int flags) const {
  const std::string path(host_path);
  if (root == "/") {
    return open_at(AT_FDCWD, path.c_str(), flags);
  }
  Result<UniqueFd> directory = open_at(AT_FDCWD, root.c_str(), O_PATH | O_DIRECTORY);
  if (!directory) {
    return std::move(directory).error();
  }
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT;
  const long fd = ::syscall(SYS_openat2, directory->get(), path.c_str(), &how, sizeof(how));
  if (fd >= 0) {
    return UniqueFd(static_cast<int>(fd));
  }
  if (errno == ENOSYS ||
      errno == EPERM) {  // before Linux 5.6, or a seccomp profile that does not know the call
    return walk_in_root(root, path, flags);
  }
  return errno_error("open " + path + " below " + root, errno);
}

}  // namespace supercargo
