// node_nfsd_*: the NFS server in the host's network namespace, from <proc>/1/net/rpc/nfsd.
#pragma once

#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

class NfsdCollector final : public Collector {
 public:
  explicit NfsdCollector(const HostPaths& host)
      : file_(host.proc + "/1/net/rpc/nfsd", FileEnd::kLess) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "nfsd"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
};

}  // namespace supercargo
