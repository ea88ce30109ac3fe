// Each family that kubelet's cAdvisor exposes: it is here with its type and labels, or it has a
// reason why it cannot be.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "agent/base/host_paths.h"
#include "agent/base/text.h"
#include "collectors/cgroup/families.h"
#include "collectors/cgroup/machine_collector.h"

namespace supercargo {
namespace {

// Name, type, further labels. container_* also have container, id, image, name, namespace and pod,
// machine_* boot_id, machine_id and system_uuid, but for those marked "alone".
// container_fs_usage_bytes and its like are those of container_filesystem.h.
constexpr std::string_view kHere = R"(
container_last_seen gauge
container_creation_time_seconds gauge
container_start_time_seconds gauge
container_scrape_error gauge
container_cpu_user_seconds_total counter
container_cpu_system_seconds_total counter
container_cpu_usage_seconds_total counter cpu
container_cpu_cfs_periods_total counter
container_cpu_cfs_throttled_periods_total counter
container_cpu_cfs_throttled_seconds_total counter
container_cpu_cfs_burst_periods_total counter
container_cpu_cfs_burst_seconds_total counter
container_hugetlb_failcnt counter pagesize
container_hugetlb_usage_bytes gauge pagesize
container_hugetlb_max_usage_bytes gauge pagesize
container_memory_cache gauge
container_memory_rss gauge
container_memory_kernel_usage gauge
container_memory_mapped_file gauge
container_memory_swap gauge
container_memory_failcnt counter
container_memory_usage_bytes gauge
container_memory_max_usage_bytes gauge
container_memory_working_set_bytes gauge
container_memory_total_active_file_bytes gauge
container_memory_total_inactive_file_bytes gauge
container_memory_failures_total counter failure_type scope
container_memory_events_high_total counter
container_memory_events_max_total counter
container_memory_file_dirty_bytes gauge
container_memory_file_writeback_bytes gauge
container_memory_pgscan_total counter
container_memory_pgsteal_total counter
container_memory_workingset_refault_file_total counter
container_memory_workingset_refault_anon_total counter
container_fs_reads_bytes_total counter device
container_fs_writes_bytes_total counter device
container_fs_reads_total counter device
container_fs_writes_total counter device
container_fs_io_cost_usage_seconds_total counter device
container_fs_io_cost_wait_seconds_total counter device
container_fs_io_cost_indebt_seconds_total counter device
container_fs_io_cost_indelay_seconds_total counter device
container_blkio_device_usage_total counter device major minor operation
container_network_receive_bytes_total counter interface
container_network_receive_packets_total counter interface
container_network_receive_packets_dropped_total counter interface
container_network_receive_errors_total counter interface
container_network_transmit_bytes_total counter interface
container_network_transmit_packets_total counter interface
container_network_transmit_packets_dropped_total counter interface
container_network_transmit_errors_total counter interface
container_processes gauge
container_threads gauge
container_threads_max gauge
container_ulimits_soft gauge ulimit
container_oom_events_total counter
container_pressure_cpu_waiting_seconds_total counter
container_pressure_cpu_stalled_seconds_total counter
container_pressure_memory_waiting_seconds_total counter
container_pressure_memory_stalled_seconds_total counter
container_pressure_io_waiting_seconds_total counter
container_pressure_io_stalled_seconds_total counter
container_spec_cpu_period gauge
container_spec_cpu_quota gauge
container_spec_cpu_shares gauge
container_spec_memory_limit_bytes gauge
container_spec_memory_swap_limit_bytes gauge
container_spec_memory_reservation_limit_bytes gauge
machine_scrape_error gauge alone
machine_cpu_cores gauge
machine_cpu_physical_cores gauge
machine_cpu_sockets gauge
machine_cpu_books gauge
machine_cpu_drawers gauge
machine_memory_bytes gauge
machine_swap_bytes gauge
machine_dimm_count gauge type
machine_dimm_capacity_bytes gauge type
)";

// Name and why.
constexpr std::string_view kLeftOut = R"(
container_health_state only Docker's socket tells, kubelet's is always -1 or 0
container_cpu_load_average_10s always 0 in kubelet: taskstats are not read
container_cpu_load_d_average_10s always 0 in kubelet
container_tasks_state always 0 in kubelet
container_file_descriptors needs CAP_SYS_PTRACE, and a directory of each process at each scrape
container_sockets likewise, and a link of each descriptor
container_fs_sector_reads_total no file of a cgroup has it since CFQ is gone (Linux 5.0)
container_fs_sector_writes_total likewise
container_fs_reads_merged_total likewise
container_fs_writes_merged_total likewise
container_fs_read_seconds_total likewise
container_fs_write_seconds_total likewise
container_fs_io_current likewise
container_fs_io_time_seconds_total likewise
container_fs_io_time_weighted_seconds_total likewise
machine_nvm_capacity kubelet is built without the library that tells: always 0
machine_nvm_avg_power_budget_watts likewise
)";

std::map<std::string, const MetricDesc*> families_here() {
  std::map<std::string, const MetricDesc*> families;
  const MachineCollector machine{HostPaths{}};
  for (const std::span<const MetricDesc> table : {cgroup_families(), machine.families()}) {
    for (const MetricDesc& desc : table) {
      families.emplace(desc.name, &desc);
    }
  }
  return families;
}

std::set<std::string> labels_of(std::string_view name, std::string_view rest) {
  std::set<std::string> labels;
  const bool machine = name.starts_with("machine_");
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    labels.emplace(word);
  }
  if (labels.erase("alone") == 0) {
    labels.merge(
        machine ? std::set<std::string>{"boot_id", "machine_id", "system_uuid"}
                : std::set<std::string>{"container", "id", "image", "name", "namespace", "pod"});
  }
  return labels;
}

template <class Check>
void each_line(std::string_view text, Check check) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (!line.empty()) {
      const std::string name(take_word(line));
      check(name, line);
    }
  }
}

TEST(CadvisorNames, HaveTheTypesAndLabelsOfTheOriginal) {
  const auto families = families_here();
  each_line(kHere, [&](const std::string& name, std::string_view rest) {
    const std::string_view kind = take_word(rest);
    ASSERT_TRUE(families.contains(name)) << name;
    const MetricDesc& desc = *families.at(name);
    EXPECT_EQ(desc.kind, kind == "counter" ? MetricKind::kCounter : MetricKind::kGauge) << name;
    EXPECT_EQ(std::set<std::string>(desc.labels.begin(), desc.labels.end()), labels_of(name, rest))
        << name;
  });
}

TEST(CadvisorNames, VersionsHaveLabelsOfTheirOwn) {
  const auto families = families_here();
  ASSERT_TRUE(families.contains("cadvisor_version_info"));
  const std::span<const std::string_view> labels = families.at("cadvisor_version_info")->labels;
  EXPECT_EQ(
      std::vector<std::string_view>(labels.begin(), labels.end()),
      (std::vector<std::string_view>{
          "cadvisorRevision", "cadvisorVersion", "dockerVersion", "kernelVersion", "osVersion"}));
}

TEST(CadvisorNames, WithoutATrueValueAreLeftOut) {
  const auto families = families_here();
  each_line(kLeftOut, [&](const std::string& name, std::string_view reason) {
    EXPECT_FALSE(families.contains(name)) << name;
    EXPECT_GT(reason.size(), 8U) << name;
  });
}

TEST(CadvisorNames, AreUsedForNothingElse) {
  std::set<std::string> known{"cadvisor_version_info"};
  each_line(kHere, [&](const std::string& name, std::string_view /*rest*/) { known.insert(name); });
  for (const auto& [name, desc] : families_here()) {
    EXPECT_TRUE(known.contains(name) || name.starts_with("supercargo_")) << name;
  }
}

}  // namespace
}  // namespace supercargo
