// node_memory_numa_*: memory of each NUMA node, from <sys>/devices/system/node/node*/meminfo and
// numastat. Off by default.
//
// A field that the table does not know yet gets its family when the collector is made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"
#include "collectors/node/field_families.h"
#include "collectors/node/meminfo.h"

namespace supercargo {

// Replaces `out`; views into `text`. Odd lines are left out.
void parse_numa_meminfo(std::string_view text, std::vector<MemoryField>& out);

class MeminfoNumaCollector final : public Collector {
 public:
  explicit MeminfoNumaCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "meminfo_numa"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  void add_family(std::string_view suffix);
  void collect_node(const std::string& node, SampleSet& out);

  const std::string directory_;
  AttributeReader reader_;
  FieldFamilies families_;
  std::vector<MemoryField> fields_;
  std::string suffix_;
};

}  // namespace supercargo
