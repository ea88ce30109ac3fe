#include "exporters/prometheus/metric_unit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace supercargo {
namespace {

constexpr auto kUnits = std::to_array<std::string_view>({"ampere",
                                                         "amps",
                                                         "bytes",
                                                         "celsius",
                                                         "hertz",
                                                         "joules",
                                                         "pages",
                                                         "percent",
                                                         "ratio",
                                                         "rpm",
                                                         "seconds",
                                                         "volt",
                                                         "volts",
                                                         "watt",
                                                         "watthour"});

constexpr auto kNamedWithout = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"container_blkio_device_usage_total", "bytes"},
    {"container_last_seen", "seconds"},
    {"container_memory_cache", "bytes"},
    {"container_memory_kernel_usage", "bytes"},
    {"container_memory_mapped_file", "bytes"},
    {"container_memory_rss", "bytes"},
    {"container_memory_swap", "bytes"},
    {"container_spec_cpu_period", "microseconds"},
    {"container_spec_cpu_quota", "microseconds"},
    {"node_netstat_Ip6_InOctets", "bytes"},
    {"node_netstat_Ip6_OutOctets", "bytes"},
    {"node_netstat_IpExt_InOctets", "bytes"},
    {"node_netstat_IpExt_OutOctets", "bytes"},
    {"node_sockstat_TCP_mem", "pages"},
    {"node_sockstat_UDP_mem", "pages"},
    {"node_thermal_zone_temp", "celsius"},
    {"node_vmstat_pgpgin", "KiB"},
    {"node_vmstat_pgpgout", "KiB"},
    {"node_vmstat_pswpin", "pages"},
    {"node_vmstat_pswpout", "pages"},
});

}  // namespace

std::string_view unit_of(std::string_view family) {
  for (const auto& [name, unit] : kNamedWithout) {
    if (family == name) {
      return unit;
    }
  }
  if (constexpr std::string_view kTotal = "_total"; family.ends_with(kTotal)) {
    family.remove_suffix(kTotal.size());
  }
  const std::string_view last = family.substr(family.rfind('_') + 1);
  const auto* const unit = std::find(kUnits.begin(), kUnits.end(), last);
  return unit == kUnits.end() ? std::string_view() : *unit;
}

}  // namespace supercargo
