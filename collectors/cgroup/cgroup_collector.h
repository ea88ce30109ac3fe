// container_*: what every cgroup of this machine uses, by cAdvisor's names, labels and units.
//
// agent/app owns one. The collect thread calls collect().
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_reader.h"
#include "collectors/cgroup/cgroup_sample.h"
#include "collectors/cgroup/cgroup_table.h"
#include "collectors/cgroup/container_processes.h"
#include "collectors/cgroup/hierarchy.h"
#include "collectors/cgroup/hugetlb_reader.h"
#include "collectors/cgroup/machine_info.h"
#include "collectors/cgroup/network_reader.h"
#include "collectors/cgroup/sample_writer.h"
#include "collectors/kubernetes/pod_facts.h"
#include "collectors/kubernetes/pod_index.h"

namespace supercargo {

struct CgroupOptions {
  // Descriptors that may be kept open, if half of what the process may have open now is not less.
  std::size_t max_open_files = std::numeric_limits<std::size_t>::max();
  // What the API server tells: nothing by default.
  std::shared_ptr<const PodStore> facts = std::make_shared<PodStore>();
};

class CgroupCollector final : public Collector {
 public:
  // Requires: `pods` outlives this. The collector refreshes it at the start of each pass.
  CgroupCollector(HostPaths paths, PodIndex& pods, CgroupOptions options = {});

  [[nodiscard]] std::string_view name() const noexcept override { return "cgroup"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  void expect_wanted(const std::vector<bool>& families) override { wanted_ = families; }

  Status collect(SampleSet& out) override;

  // collect() at another time than now (nanoseconds since 1970).
  Status collect_at(SampleSet& out, std::int64_t now_ns);

 private:
  Status open_hierarchy();
  void read_entries(SampleSet& out, std::int64_t now_ns);
  void read_entry(CgroupEntry& entry, std::int64_t now_ns);
  void read_usage(CgroupReader& reader, CgroupEntry& entry, bool v2);
  void set_unwanted();
  void set_root_memory(CgroupSample& sample) const;
  void write_networks(SampleSet& out);
  void write_pod_network(const PodGroup& group, SampleSet& out);
  bool write_network(std::uint32_t process, const CgroupEntry& entry, SampleSet& out);
  [[nodiscard]] Status status_of_pass() const;
  [[nodiscard]] bool wants_networks() const;

  const HostPaths paths_;
  PodIndex& pods_;
  const CgroupOptions options_;

  std::vector<bool> wanted_;
  std::optional<Hierarchy> hierarchy_;
  std::optional<ReadContext> context_;
  std::optional<CgroupTable> table_;
  CgroupSample sample_;
  SampleWriter writer_;
  NetworkReader network_;
  ContainerProcesses processes_;
  HugetlbReader hugetlb_;
};

}  // namespace supercargo
