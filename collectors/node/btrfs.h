// node_btrfs_*: space and devices of the mounted Btrfs file systems, from <sys>/fs/btrfs and, where
// the mount can be asked, by ioctl.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"
#include "collectors/node/btrfs_devices.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

// How many bytes of disk a byte of data takes in a profile, or 0 for an unknown one.
[[nodiscard]] double btrfs_allocation_ratio(std::string_view profile, double devices);

class BtrfsCollector final : public Collector {
 public:
  // `ask` is ask_btrfs but in tests.
  using Ask = std::function<Result<BtrfsFilesystem>(const HostPaths&, const std::string&)>;

  explicit BtrfsCollector(const HostPaths& host, Ask ask = ask_btrfs);

  [[nodiscard]] std::string_view name() const noexcept override { return "btrfs"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void collect_filesystem(const std::string& directory,
                          const std::vector<BtrfsFilesystem>& asked,
                          SampleSet& out);
  void collect_allocation(const std::string& directory,
                          std::string_view group,
                          std::string_view uuid,
                          double devices,
                          SampleSet& out);
  void add_devices(const std::string& directory, const std::string& uuid, SampleSet& out);
  [[nodiscard]] std::vector<BtrfsFilesystem> ask_mounts();

  HostPaths host_;
  std::string root_;
  Ask ask_;
  KernelFile mountinfo_;
  AttributeReader reader_;
};

}  // namespace supercargo
