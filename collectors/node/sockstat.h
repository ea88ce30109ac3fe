// node_sockstat_*: sockets in use in the host's network namespace, from <proc>/1/net/sockstat and
// sockstat6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/field_families.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct SocketField {
  std::string_view protocol;
  std::string_view key;
  double value;
};

// Replaces `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_sockstat(std::string_view text, std::vector<SocketField>& out);

class SockstatCollector final : public Collector {
 public:
  explicit SockstatCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "sockstat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  Status collect_file(KernelFile& file, SampleSet& out);
  void add_sample(std::string_view protocol, std::string_view key, double value, SampleSet& out);

  KernelFile file_;
  KernelFile file6_;
  FieldFamilies families_;
  double page_size_;
  std::vector<SocketField> fields_;
  std::string suffix_;
};

}  // namespace supercargo
