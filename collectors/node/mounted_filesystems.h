// The host's mounted file systems and their use, from the mount table of the host's first process
// and statfs(2) below host_root.
//
// Each collector that tells of them owns one; collect thread. File systems that may hang are asked
// at the same time, and read() waits for them once: up to the deadline, or to half of the time that
// its collector has, so that those that answer are shown whatever the others do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/mount_probe.h"
#include "collectors/node/mountinfo.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

// statfs(2) of a mount below the root of `host`; kNotFound when nothing or something else stands at
// its place there, as when the mount has not propagated into this container.
[[nodiscard]] Result<FilesystemUse> statfs_mount(const HostPaths& host, const Mount& mount);

struct MountedFilesystem {
  Mount mount;
  Result<FilesystemUse> use;  // an error where it does not answer
};

class MountedFilesystems {
 public:
  static constexpr Milliseconds kDeadline{2000};

  // `ask` is statfs_mount but in tests.
  explicit MountedFilesystems(const NodeOptions& options);
  MountedFilesystems(const NodeOptions& options, AskMount ask, Milliseconds deadline);

  using Wanted = std::function<bool(const Mount&)>;

  // See Collector.
  void expect_back_by(SteadyTime deadline) { back_by_ = deadline; }

  // Those that the filters leave and that are wanted, in the order of the table; the others are not
  // asked. An error when there is no table or when a filter is no pattern.
  [[nodiscard]] Result<std::vector<MountedFilesystem>> read(const Wanted& wanted = nullptr);

  // kUnavailable when the last read() had mounts that do not stand below host_root: they are left
  // out.
  [[nodiscard]] Status status() const;

 private:
  struct Candidate {
    Mount mount;
    bool may_hang;
  };

  [[nodiscard]] Result<std::vector<Mount>> read_mounts();
  [[nodiscard]] std::vector<Candidate> select(std::vector<Mount> mounts,
                                              const Wanted& wanted) const;
  [[nodiscard]] std::vector<Result<FilesystemUse>> ask_all(const std::vector<Candidate>& mounts);

  HostPaths host_;
  KernelFile first_process_;
  KernelFile self_;
  NameFilter mount_points_;
  NameFilter types_;
  AskMount ask_;
  MountProbe probe_;
  Milliseconds deadline_;
  SteadyTime back_by_ = SteadyTime::max();
  bool has_hidden_ = false;
};

}  // namespace supercargo
