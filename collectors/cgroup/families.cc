#include "collectors/cgroup/families.h"

#include <string_view>

namespace supercargo {
namespace {

// In the order in which cgroup_identity.cc renders them; what a family has besides comes last.
constexpr std::array<std::string_view, 6> kBase{
    "container", "id", "image", "name", "namespace", "pod"};
constexpr std::array<std::string_view, 7> kCpu{
    "container", "id", "image", "name", "namespace", "pod", "cpu"};
constexpr std::array<std::string_view, 8> kFailures{
    "container", "id", "image", "name", "namespace", "pod", "failure_type", "scope"};
constexpr std::array<std::string_view, 7> kDevice{
    "container", "id", "image", "name", "namespace", "pod", "device"};
constexpr std::array<std::string_view, 7> kInterface{
    "container", "id", "image", "name", "namespace", "pod", "interface"};
constexpr std::array<std::string_view, 3> kPod{"namespace", "pod", "pod_uid"};

constexpr MetricKind kCounter = MetricKind::kCounter;
constexpr MetricKind kGauge = MetricKind::kGauge;

constexpr std::array<MetricDesc, cgroup_family::kCount> kFamilies{{
    {"container_last_seen", "Unix time of this reading.", kGauge, kBase},
    {"container_creation_time_seconds", "Unix time at which the cgroup was made.", kGauge, kBase},
    {"container_start_time_seconds", "Unix time at which the cgroup was made.", kGauge, kBase},
    {"container_cpu_user_seconds_total", "CPU time in user mode.", kCounter, kBase},
    {"container_cpu_system_seconds_total", "CPU time in the kernel.", kCounter, kBase},
    {"container_cpu_cfs_periods_total",
     "Periods in which the CPU quota was enforced; only with a quota.",
     kCounter,
     kBase},
    {"container_cpu_cfs_throttled_periods_total",
     "Periods in which the quota was used up; only with a quota.",
     kCounter,
     kBase},
    {"container_cpu_cfs_throttled_seconds_total",
     "Time that threads were held back by the quota; only with a quota.",
     kCounter,
     kBase},
    {"container_cpu_cfs_burst_periods_total",
     "Periods in which more than the quota was used; only with a quota.",
     kCounter,
     kBase},
    {"container_cpu_cfs_burst_seconds_total",
     "CPU time above the quota, from what earlier periods had left; only with a quota.",
     kCounter,
     kBase},
    {"container_memory_cache", "Page cache, in bytes.", kGauge, kBase},
    {"container_memory_rss", "Anonymous memory, in bytes.", kGauge, kBase},
    {"container_memory_kernel_usage", "Kernel memory, in bytes.", kGauge, kBase},
    {"container_memory_mapped_file", "Mapped files, in bytes.", kGauge, kBase},
    {"container_memory_swap", "Swap in use, in bytes.", kGauge, kBase},
    {"container_memory_failcnt",
     "How often usage hit the memory limit (cgroup v1).",
     kCounter,
     kBase},
    {"container_memory_usage_bytes", "Memory charged, with all caches.", kGauge, kBase},
    {"container_memory_max_usage_bytes", "The most memory ever charged.", kGauge, kBase},
    {"container_memory_working_set_bytes",
     "Memory charged but for inactive file pages: what eviction looks at.",
     kGauge,
     kBase},
    {"container_memory_total_active_file_bytes", "Active file pages.", kGauge, kBase},
    {"container_memory_total_inactive_file_bytes", "Inactive file pages.", kGauge, kBase},
    {"container_memory_events_high_total",
     "How often usage went above memory.high and was throttled (cgroup v2).",
     kCounter,
     kBase},
    {"container_memory_events_max_total",
     "How often usage was about to go above the memory limit (cgroup v2).",
     kCounter,
     kBase},
    {"container_memory_file_dirty_bytes", "File pages to be written back.", kGauge, kBase},
    {"container_memory_file_writeback_bytes",
     "File pages that are being written back.",
     kGauge,
     kBase},
    {"container_memory_pgscan_total", "Pages that reclaim looked at (cgroup v2).", kCounter, kBase},
    {"container_memory_pgsteal_total", "Pages that reclaim took (cgroup v2).", kCounter, kBase},
    {"container_memory_workingset_refault_file_total",
     "File pages that were needed again after they were reclaimed.",
     kCounter,
     kBase},
    {"container_memory_workingset_refault_anon_total",
     "Anonymous pages that were needed again after they were reclaimed.",
     kCounter,
     kBase},
    {"container_processes", "Processes in the cgroup, children left out.", kGauge, kBase},
    {"container_threads", "Threads in the cgroup and below.", kGauge, kBase},
    {"container_oom_events_total",
     "Processes of the container that the kernel killed for want of memory.",
     kCounter,
     kBase},
    {"container_pressure_cpu_waiting_seconds_total",
     "Time in which some thread waited for CPU.",
     kCounter,
     kBase},
    {"container_pressure_cpu_stalled_seconds_total",
     "Time in which all threads waited for CPU.",
     kCounter,
     kBase},
    {"container_pressure_memory_waiting_seconds_total",
     "Time in which some thread waited for memory.",
     kCounter,
     kBase},
    {"container_pressure_memory_stalled_seconds_total",
     "Time in which all threads waited for memory.",
     kCounter,
     kBase},
    {"container_pressure_io_waiting_seconds_total",
     "Time in which some thread waited for disks.",
     kCounter,
     kBase},
    {"container_pressure_io_stalled_seconds_total",
     "Time in which all threads waited for disks.",
     kCounter,
     kBase},
    {"container_threads_max", "Bound on threads; 0: none.", kGauge, kBase},
    {"container_spec_cpu_period", "Length of a CPU period, in microseconds.", kGauge, kBase},
    {"container_spec_cpu_quota", "CPU quota of a period, in microseconds.", kGauge, kBase},
    {"container_spec_cpu_shares", "CPU shares; v2 weights are converted.", kGauge, kBase},
    {"supercargo_container_cpu_weight",
     "cpu.weight (cgroup v2): runtimes do not agree on how shares become weights.",
     kGauge,
     kBase},
    {"container_spec_memory_limit_bytes", "Memory limit; 0: none.", kGauge, kBase},
    {"container_spec_memory_swap_limit_bytes", "Swap limit; 0: none.", kGauge, kBase},
    {"container_spec_memory_reservation_limit_bytes",
     "Memory reservation; 0: none.",
     kGauge,
     kBase},
    {"container_cpu_usage_seconds_total", "CPU time.", kCounter, kCpu},
    {"container_memory_failures_total", "Page faults.", kCounter, kFailures},
    {"container_fs_reads_bytes_total", "Bytes read from the device.", kCounter, kDevice},
    {"container_fs_writes_bytes_total", "Bytes written to the device.", kCounter, kDevice},
    {"container_fs_reads_total", "Reads from the device.", kCounter, kDevice},
    {"container_fs_writes_total", "Writes to the device.", kCounter, kDevice},
    {"container_network_receive_bytes_total", "Bytes received.", kCounter, kInterface},
    {"container_network_receive_packets_total", "Packets received.", kCounter, kInterface},
    {"container_network_receive_packets_dropped_total",
     "Packets dropped on receiving.",
     kCounter,
     kInterface},
    {"container_network_receive_errors_total", "Errors on receiving.", kCounter, kInterface},
    {"container_network_transmit_bytes_total", "Bytes sent.", kCounter, kInterface},
    {"container_network_transmit_packets_total", "Packets sent.", kCounter, kInterface},
    {"container_network_transmit_packets_dropped_total",
     "Packets dropped on sending.",
     kCounter,
     kInterface},
    {"container_network_transmit_errors_total", "Errors on sending.", kCounter, kInterface},
    {"supercargo_pod_oom_kills_total",
     "Processes of the pod that the kernel killed for want of memory, of ended containers too "
     "(cgroup v2).",
     kCounter,
     kPod},
    {"supercargo_cgroup_read_errors_total",
     "Cgroup files that could not be read or understood; each costs its own samples only.",
     kCounter},
}};

}  // namespace

std::span<const MetricDesc> cgroup_families() noexcept {
  return kFamilies;
}

}  // namespace supercargo
