// node_zfs_*: what ZFS counts for the machine, its pools and their datasets, from
// <proc>/spl/kstat/zfs.
//
// The names are those of the module that is loaded: but for a pool's state they are late families.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class ZfsCollector final : public Collector {
 public:
  explicit ZfsCollector(const HostPaths& host) : root_(host.proc + "/spl/kstat/zfs") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "zfs"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  [[nodiscard]] bool has_late_families() const noexcept override { return true; }

  Status collect(SampleSet& out) override;

 private:
  void collect_machine(SampleSet& out);
  void collect_pool(const std::string& pool, SampleSet& out);
  void collect_dataset(const std::string& pool, const std::string& file, SampleSet& out);
  void add_state(const std::string& pool, SampleSet& out);

  std::string root_;
  AttributeReader reader_;
};

}  // namespace supercargo
