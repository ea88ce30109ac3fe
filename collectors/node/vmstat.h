// node_vmstat_*: the fields of /proc/vmstat that the configured pattern selects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "collectors/node/field_families.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/name_filter.h"

namespace supercargo {

struct VmstatField {
  std::string_view key;
  double value;
};

// Replaces `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_vmstat(std::string_view text, std::vector<VmstatField>& out);

class VmstatCollector final : public Collector {
 public:
  // `fields` is a pattern; empty: node_exporter's.
  VmstatCollector(std::string path, std::string_view fields);

  [[nodiscard]] std::string_view name() const noexcept override { return "vmstat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  void add_family(std::string_view key);

  KernelFile file_;
  NameFilter filter_;
  FieldFamilies families_;
  std::vector<VmstatField> fields_;
};

}  // namespace supercargo
