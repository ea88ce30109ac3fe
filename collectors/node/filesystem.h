// node_filesystem_*: size and use of the host's mounted file systems.
//
// A mount that does not answer costs its own samples: node_filesystem_device_error is 1 for it. One
// that is not mounted below host_root has no samples, and the collector is unavailable for it.
#pragma once

#include "agent/base/collector.h"
#include "collectors/node/mounted_filesystems.h"
#include "collectors/node/node_options.h"

namespace supercargo {

class FilesystemCollector final : public Collector {
 public:
  // `ask` is statfs_mount but in tests.
  explicit FilesystemCollector(const NodeOptions& options);
  FilesystemCollector(const NodeOptions& options, AskMount ask, Milliseconds deadline);

  [[nodiscard]] std::string_view name() const noexcept override { return "filesystem"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

  void expect_back_by(SteadyTime deadline) override { mounted_.expect_back_by(deadline); }

 private:
  MountedFilesystems mounted_;
};

}  // namespace supercargo
