// What is in which profile: one table of names.
#include <algorithm>
#include <array>

#include "exporters/prometheus/selection.h"

namespace supercargo {
namespace {

// A name, or all that begin with what stands before the star. What the rules and alerts of
// kubernetes-mixin, node-mixin and kube-prometheus ask for, and Supercargo's dashboards at a
// glance.
constexpr std::array<std::string_view, 63> kMinimal{
    "container_cpu_cfs_periods_total",
    "container_cpu_cfs_throttled_periods_total",
    "container_cpu_usage_seconds_total",
    "container_fs_reads_bytes_total",
    "container_fs_reads_total",
    "container_fs_writes_bytes_total",
    "container_fs_writes_total",
    "container_memory_cache",
    "container_memory_rss",
    "container_memory_swap",
    "container_memory_usage_bytes",
    "container_memory_working_set_bytes",
    "container_network_receive_bytes_total",
    "container_network_receive_packets_dropped_total",
    "container_network_receive_packets_total",
    "container_network_transmit_bytes_total",
    "container_network_transmit_packets_dropped_total",
    "container_network_transmit_packets_total",
    "container_oom_events_total",
    "container_spec_memory_limit_bytes",
    "container_start_time_seconds",
    "machine_cpu_cores",
    "machine_memory_bytes",
    "node_bonding_*",
    "node_boot_time_seconds",
    "node_context_switches_total",
    "node_cpu_seconds_total",
    "node_disk_io_time_seconds_total",
    "node_disk_io_time_weighted_seconds_total",
    "node_disk_read_bytes_total",
    "node_disk_reads_completed_total",
    "node_disk_writes_completed_total",
    "node_disk_written_bytes_total",
    "node_exporter_build_info",
    "node_filefd_*",
    "node_filesystem_*",
    "node_load*",
    "node_md_*",
    "node_memory_Buffers_bytes",
    "node_memory_Cached_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemFree_bytes",
    "node_memory_MemTotal_bytes",
    "node_memory_Slab_bytes",
    "node_memory_SwapFree_bytes",
    "node_memory_SwapTotal_bytes",
    "node_netstat_TcpExt_TCPSynRetrans",
    "node_netstat_Tcp_OutSegs",
    "node_netstat_Tcp_RetransSegs",
    "node_network_receive_bytes_total",
    "node_network_receive_drop_total",
    "node_network_receive_errs_total",
    "node_network_receive_packets_total",
    "node_network_transmit_bytes_total",
    "node_network_transmit_drop_total",
    "node_network_transmit_errs_total",
    "node_network_transmit_packets_total",
    "node_nf_conntrack_*",
    "node_pressure_*",
    "node_textfile_scrape_error",
    "node_timex_*",
    "node_uname_info",
    "node_vmstat_*",
};

// What kubelet's cAdvisor and node_exporter can tell and leave off.
constexpr std::array<std::string_view, 11> kFull{
    "container_hugetlb_*",
    "node_buddyinfo_*",
    "node_interrupts_*",
    "node_ksmd_*",
    "node_memory_numa_*",
    "node_processes_*",
    "node_slabinfo_*",
    "node_softirqs_*",
    "node_systemd_*",
    "node_tcp_*",
    "node_zoneinfo_*",
};

// A star is less than all that may follow it in a name, so that a sorted table, of which no entry
// covers another, has what covers a name right before or at its place.
template <std::size_t Size>
constexpr bool lists(const std::array<std::string_view, Size>& table, std::string_view name) {
  const auto* const after = std::upper_bound(table.begin(), table.end(), name);
  if (after == table.begin()) {
    return false;
  }
  const std::string_view entry = *(after - 1);
  return entry.ends_with('*') ? name.starts_with(entry.substr(0, entry.size() - 1)) : name == entry;
}

static_assert(std::is_sorted(kMinimal.begin(), kMinimal.end()));
static_assert(std::is_sorted(kFull.begin(), kFull.end()));

}  // namespace

MetricsProfile profile_of(std::string_view family_name) {
  const bool of_an_original = family_name.starts_with("container_") ||
                              family_name.starts_with("machine_") ||
                              family_name.starts_with("node_");
  if (!of_an_original || lists(kMinimal, family_name)) {
    return MetricsProfile::kMinimal;
  }
  return lists(kFull, family_name) ? MetricsProfile::kFull : MetricsProfile::kDefault;
}

}  // namespace supercargo
