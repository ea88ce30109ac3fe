#include "collectors/node/mounted_filesystems.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace supercargo {
namespace {

// A subvolume's directories carry a device number of their own.
bool has_one_device_number(const Mount& mount) {
  return mount.type != "btrfs" && mount.type != "bcachefs";
}

// What tells their file systems from others, where the device number does not (linux/magic.h).
std::uint64_t magic_of(std::string_view type) {
  return type == "btrfs" ? 0x9123683e : 0xca451a4e;
}

// Where the way leads through a file system that may hang.
std::vector<std::string> slow_places(const std::vector<Mount>& mounts) {
  std::vector<std::string> out;
  for (const Mount& mount : mounts) {
    if (!answers_from_memory(mount.type) && mount.mount_point != "/") {
      out.push_back(mount.mount_point);
    }
  }
  return out;
}

}  // namespace

Result<FilesystemUse> statfs_mount(const HostPaths& host, const Mount& mount) {
  Result<UniqueFd> fd = host.open_in_root(mount.mount_point, O_PATH);
  if (!fd) {
    return std::move(fd).error();
  }

  struct stat place {};

  struct statfs use {};

  if (::fstat(fd->get(), &place) != 0 || ::fstatfs(fd->get(), &use) != 0) {
    return errno_error("statfs " + mount.mount_point, errno);
  }
  const bool same = has_one_device_number(mount)
                        ? place.st_dev == makedev(mount.major, mount.minor)
                        : static_cast<std::uint64_t>(use.f_type) == magic_of(mount.type);
  if (!same) {
    return Error{ErrorCode::kNotFound, mount.mount_point + " is not mounted in this container"};
  }
  const double block = static_cast<double>(use.f_bsize);
  return FilesystemUse{static_cast<double>(use.f_blocks) * block,
                       static_cast<double>(use.f_bfree) * block,
                       static_cast<double>(use.f_bavail) * block,
                       static_cast<double>(use.f_files),
                       static_cast<double>(use.f_ffree)};
}

MountedFilesystems::MountedFilesystems(const NodeOptions& options)
    : MountedFilesystems(
          options,
          [host = options.host](const Mount& mount) { return statfs_mount(host, mount); },
          kDeadline) {}

MountedFilesystems::MountedFilesystems(const NodeOptions& options,
                                       AskMount ask,
                                       Milliseconds deadline)
    : host_(options.host),
      first_process_(options.host.proc + "/1/mountinfo"),
      self_(options.host.proc + "/self/mountinfo"),
      mount_points_(NameFilter::excluding(options.config.filesystem_mount_points_exclude)),
      types_(NameFilter::excluding(options.config.filesystem_fs_types_exclude)),
      ask_(ask),
      probe_(std::move(ask)),
      deadline_(deadline) {}

Result<std::vector<MountedFilesystem>> MountedFilesystems::read(const Wanted& wanted) {
  has_hidden_ = false;
  for (const NameFilter* filter : {&mount_points_, &types_}) {
    if (Status status = filter->status(); !status) {
      return std::move(status).error();
    }
  }
  Result<std::vector<Mount>> mounts = read_mounts();
  if (!mounts) {
    return std::move(mounts).error();
  }
  std::vector<Candidate> selected = select(std::move(*mounts), wanted);
  std::vector<Result<FilesystemUse>> uses = ask_all(selected);
  std::vector<MountedFilesystem> out;
  out.reserve(selected.size());
  for (std::size_t i = 0; i < selected.size(); ++i) {
    const bool hidden =
        host_.root != "/" && !uses[i] && uses[i].error().code == ErrorCode::kNotFound;
    has_hidden_ = has_hidden_ || hidden;
    if (!hidden) {
      out.push_back({std::move(selected[i].mount), std::move(uses[i])});
    }
  }
  return out;
}

Status MountedFilesystems::status() const {
  if (has_hidden_) {
    return Error{ErrorCode::kUnavailable,
                 "not all file systems of the host are mounted below host_root"};
  }
  return Ok{};
}

Result<std::vector<Mount>> MountedFilesystems::read_mounts() {
  if (Result<std::string_view> text = first_process_.read()) {
    return parse_mountinfo(*text);
  }
  // With hidepid the first process cannot be seen: the host's mounts are then those below `root`.
  Result<std::string_view> text = self_.read();
  if (!text) {
    return std::move(text).error();
  }
  std::vector<Mount> mounts = parse_mountinfo(*text);
  if (host_.root == "/") {
    return mounts;
  }
  std::erase_if(mounts,
                [this](const Mount& mount) { return !is_below(mount.mount_point, host_.root); });
  for (Mount& mount : mounts) {
    mount.mount_point.erase(0, host_.root.size());
    if (!mount.mount_point.starts_with('/')) {
      mount.mount_point.insert(0, "/");
    }
  }
  return mounts;
}

std::vector<MountedFilesystems::Candidate> MountedFilesystems::select(std::vector<Mount> mounts,
                                                                      const Wanted& wanted) const {
  const std::vector<std::string> slow = slow_places(mounts);
  std::vector<Candidate> out;
  for (Mount& mount : mounts) {
    if (!mount_points_.selects(mount.mount_point) || !types_.selects(mount.type) ||
        (wanted && !wanted(mount))) {
      continue;
    }
    const bool may_hang = !answers_from_memory(mount.type) ||
                          std::ranges::any_of(slow, [&mount](const std::string& place) {
                            return is_below(mount.mount_point, place);
                          });
    out.push_back({std::move(mount), may_hang});
  }
  return out;
}

std::vector<Result<FilesystemUse>> MountedFilesystems::ask_all(
    const std::vector<Candidate>& mounts) {
  std::vector<Result<FilesystemUse>> out;
  out.reserve(mounts.size());
  std::vector<std::size_t> asked;
  for (const auto& [mount, may_hang] : mounts) {
    if (!may_hang) {
      out.push_back(ask_(mount));
      continue;
    }
    if (probe_.start(mount)) {
      asked.push_back(out.size());
    }
    out.emplace_back(Error{ErrorCode::kUnavailable, mount.mount_point + " does not answer"});
  }
  const SteadyTime now = steady_now();
  const SteadyTime deadline = std::min(now + deadline_, now + (back_by_ - now) / 2);
  for (const std::size_t i : asked) {
    out[i] = probe_.wait(mounts[i].mount, deadline);
  }
  return out;
}

}  // namespace supercargo
