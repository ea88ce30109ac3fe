// node_memory_*: the fields of /proc/meminfo, in bytes where the kernel gives kB.
//
// A field that the table does not know yet gets its family when the collector is made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "collectors/node/field_families.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct MemoryField {
  std::string_view key;  // as in the file, without the colon: Active(anon)
  double value;          // bytes when in_bytes, else a plain number
  bool in_bytes;
};

// One line: "<key>: <number> [kB]"; a view into it. Nothing for an odd one.
[[nodiscard]] std::optional<MemoryField> parse_memory_field(std::string_view line);

// Replaces `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_meminfo(std::string_view text, std::vector<MemoryField>& out);

// What follows node_memory_ for this field: Active(anon) in kB is Active_anon_bytes.
[[nodiscard]] std::string memory_family_suffix(const MemoryField& field);

class MeminfoCollector final : public Collector {
 public:
  explicit MeminfoCollector(std::string path);

  [[nodiscard]] std::string_view name() const noexcept override { return "meminfo"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  FieldFamilies families_;
  std::vector<MemoryField> fields_;
};

}  // namespace supercargo
