// node_filesystem_*: size and use of the host's mounted file systems, from the mount table of the
// host's first process and statfs(2) below host_root.
//
// A mount that does not answer costs its own samples: node_filesystem_device_error is 1 for it. One
// that is not mounted below host_root has no samples, and the collector is unavailable for it. File
// systems that may hang are asked at the same time, and a pass waits for them once, up to the
// deadline.
#pragma once

#include <string>
#include <vector>

#include "agent/base/collector.h"
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

class FilesystemCollector final : public Collector {
 public:
  static constexpr Milliseconds kDeadline{2000};

  // `ask` is statfs_mount but in tests.
  explicit FilesystemCollector(const NodeOptions& options);
  FilesystemCollector(const NodeOptions& options, AskMount ask, Milliseconds deadline);

  [[nodiscard]] std::string_view name() const noexcept override { return "filesystem"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  struct Candidate {
    Mount mount;
    bool may_hang;
  };

  [[nodiscard]] Result<std::vector<Mount>> read_mounts();
  [[nodiscard]] std::vector<Candidate> select(std::vector<Mount> mounts) const;
  [[nodiscard]] std::vector<Result<FilesystemUse>> ask_all(const std::vector<Candidate>& mounts);

  HostPaths host_;
  KernelFile first_process_;
  KernelFile self_;
  NameFilter mount_points_;
  NameFilter types_;
  AskMount ask_;
  MountProbe probe_;
  Milliseconds deadline_;
};

}  // namespace supercargo
