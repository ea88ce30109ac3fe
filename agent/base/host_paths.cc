#include "agent/base/host_paths.h"

#include <algorithm>
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

// openat2 gives EAGAIN when a rename anywhere on the machine ran during a walk over "..".
long openat2_in_root(int directory, const char* path, int flags) {
  constexpr int kAttempts = 16;
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT;
  long fd = -1;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    fd = ::syscall(SYS_openat2, directory, path, &how, sizeof(how));
    if (fd >= 0 || errno != EAGAIN) {
      break;
    }
  }
  return fd;
}

}  // namespace

// The walk of openat2(RESOLVE_IN_ROOT) in user space: every component is opened without following
// links; the target of a link goes in front of what is left, from the root when it is absolute.
Result<UniqueFd> walk_in_root(const std::string& root, std::string_view host_path, int flags) {
  std::string rest(host_path);
  std::string walked;  // below root, without "..", each component known to be a directory
  for (int links = 0; links <= kMaxLinks;) {
    const std::string component(first_component(rest));
    if (component.empty()) {
      return open_at(AT_FDCWD, (root + walked).c_str(), flags);
    }
    rest.erase(0, component.size());
    if (component == "." || component == "..") {
      if (component == "..") {
        walked.erase(std::min(walked.find_last_of('/'), walked.size()));
      }
      continue;
    }
    std::string next = walked;
    next.append("/").append(component);
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlink((root + next).c_str(), target.data(), target.size());
    if (length < 0 && (errno == EINVAL || rest.empty())) {
      walked = std::move(next);  // no link; at the end of the path the open says what it is
      continue;
    }
    if (length < 0) {
      return errno_error(std::string("open ").append(host_path), errno);
    }
    ++links;
    const std::string_view link(target.data(), static_cast<std::size_t>(length));
    if (link.starts_with('/')) {
      walked.clear();
    }
    rest.insert(0, std::string(link) + "/");
  }
  errno = ELOOP;  // which glob asks, as the kernel leaves it
  return errno_error(std::string("open ").append(host_path), ELOOP);
}

Result<UniqueFd> HostPaths::open_in_root(std::string_view host_path, int flags) const {
  const std::string path(host_path);
  if (root == "/") {
    return open_at(AT_FDCWD, path.c_str(), flags);
  }
  Result<UniqueFd> directory = open_at(AT_FDCWD, root.c_str(), O_PATH | O_DIRECTORY);
  if (!directory) {
    return std::move(directory).error();
  }
  const long fd = openat2_in_root(directory->get(), path.c_str(), flags);
  if (fd >= 0) {
    return UniqueFd(static_cast<int>(fd));
  }
  // Before Linux 5.6, or a seccomp profile that does not know the call.
  if (errno == ENOSYS || errno == EPERM) {
    return walk_in_root(root, path, flags);
  }
  return errno_error("open " + path + " below " + root, errno);
}

}  // namespace supercargo
