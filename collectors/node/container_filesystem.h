// container_fs_usage_bytes and its like, at the root cgroup: the machine's file systems by device,
// as cAdvisor has them. It has none of containerd's containers.
//
// agent/app owns one; collect thread. What is mounted for pods is left out.
#pragma once

#include "agent/base/collector.h"
#include "collectors/node/mounted_filesystems.h"
#include "collectors/node/node_options.h"

namespace supercargo {

class ContainerFilesystemCollector final : public Collector {
 public:
  // `ask` is statfs_mount but in tests.
  explicit ContainerFilesystemCollector(const NodeOptions& options);
  ContainerFilesystemCollector(const NodeOptions& options, AskMount ask, Milliseconds deadline);

  [[nodiscard]] std::string_view name() const noexcept override { return "container_filesystem"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

  void expect_back_by(SteadyTime deadline) override { mounted_.expect_back_by(deadline); }

 private:
  MountedFilesystems mounted_;
};

}  // namespace supercargo
