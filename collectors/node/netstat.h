// node_netstat_*: protocol counters of the host's network namespace, from <proc>/1/net/netstat,
// snmp and snmp6.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "collectors/node/field_families.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

struct ProtocolField {
  std::string_view protocol;  // Tcp, IpExt, Udp6
  std::string_view key;
  double value;
};

// Append to `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_net_snmp(std::string_view text, std::vector<ProtocolField>& out);
[[nodiscard]] Status parse_net_snmp6(std::string_view text, std::vector<ProtocolField>& out);

class NetstatCollector final : public Collector {
 public:
  explicit NetstatCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "netstat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  // Fills fields_; what could be read is there also when a file failed.
  Status read_fields();

  std::array<KernelFile, 2> files_;
  KernelFile file6_;
  NameFilter filter_;
  FieldFamilies families_;
  std::vector<ProtocolField> fields_;
  std::string key_;
};

}  // namespace supercargo
