#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"

namespace supercargo::config {
namespace {

constexpr std::string_view kNothingExcluded = "nothing is excluded";
constexpr std::string_view kAllIncluded = "all are included";

constexpr Field pattern(std::string_view description, std::string_view unset) {
  return {.description = description, .unset = unset, .check = check_regular_expression};
}

constexpr std::array kNodeFields{
    field<&NodeMetricsConfig::enabled_collectors>(
        "enabled_collectors",
        {.description = "Collectors that do not run unless named here, or by profile `full`, as "
                        "METRICS.md names them. Their families are shown in every profile."}),
    field<&NodeMetricsConfig::disabled_collectors>(
        "disabled_collectors",
        {.description = "Collectors that do not run, as METRICS.md names them."}),
    field<&NodeMetricsConfig::arp_device_include>(
        "arp_device_include", pattern("Devices that have `node_arp_*`.", kAllIncluded)),
    field<&NodeMetricsConfig::arp_device_exclude>(
        "arp_device_exclude", pattern("Devices without `node_arp_*`.", kNothingExcluded)),
    field<&NodeMetricsConfig::diskstats_device_include>(
        "diskstats_device_include", pattern("Devices that have `node_disk_*`.", kAllIncluded)),
    field<&NodeMetricsConfig::diskstats_device_exclude>(
        "diskstats_device_exclude",
        pattern("Devices without `node_disk_*`. By default partitions, which repeat their disk.",
                kNothingExcluded)),
    field<&NodeMetricsConfig::filesystem_mount_points_exclude>(
        "filesystem_mount_points_exclude",
        pattern("Mount points without `node_filesystem_*`. By default those of containers, which "
                "repeat the disk below them.",
                kNothingExcluded)),
    field<&NodeMetricsConfig::filesystem_fs_types_exclude>(
        "filesystem_fs_types_exclude",
        pattern("File system types without `node_filesystem_*`. By default those that occupy no "
                "disk.",
                kNothingExcluded)),
    field<&NodeMetricsConfig::netclass_ignored_devices>(
        "netclass_ignored_devices",
        pattern("Devices without the properties of /sys/class/net.", kNothingExcluded)),
    field<&NodeMetricsConfig::netdev_device_include>(
        "netdev_device_include", pattern("Devices that have traffic counters.", kAllIncluded)),
    field<&NodeMetricsConfig::netdev_device_exclude>(
        "netdev_device_exclude", pattern("Devices without traffic counters.", kNothingExcluded)),
    field<&NodeMetricsConfig::netstat_fields>(
        "netstat_fields",
        pattern("Protocol counters that become `node_netstat_*`, as `Tcp_InSegs`.", kAllIncluded)),
    field<&NodeMetricsConfig::powersupply_ignored_supplies>(
        "powersupply_ignored_supplies",
        pattern("Power supplies without `node_power_supply_*`.", kNothingExcluded)),
    field<&NodeMetricsConfig::rapl_enable_zone_label>(
        "rapl_enable_zone_label",
        {.description = "One family `node_rapl_joules_total` with the zone as a label, instead of "
                        "a family for each zone."}),
    field<&NodeMetricsConfig::stat_softirq>(
        "stat_softirq",
        {.description = "`node_softirqs_total` by vector. Profile `full` has it, too."}),
    field<&NodeMetricsConfig::systemd_unit_include>(
        "systemd_unit_include",
        pattern("Units that have `node_systemd_unit_state` and the like. Matches the whole name.",
                kAllIncluded)),
    field<&NodeMetricsConfig::systemd_unit_exclude>(
        "systemd_unit_exclude",
        pattern("Units without them. Matches the whole name. By default those that come and go "
                "with devices, mounts and logins.",
                kNothingExcluded)),
    field<&NodeMetricsConfig::systemd_enable_restarts_metrics>(
        "systemd_enable_restarts_metrics",
        {.description = "Whether the collector `systemd` tells `node_systemd_service_restart_total`"
                        ". Profile `full` has it, too."}),
    field<&NodeMetricsConfig::systemd_enable_start_time_metrics>(
        "systemd_enable_start_time_metrics",
        {.description = "Likewise `node_systemd_unit_start_time_seconds`."}),
    field<&NodeMetricsConfig::systemd_enable_task_metrics>(
        "systemd_enable_task_metrics",
        {.description = "Likewise `node_systemd_unit_tasks_current` and "
                        "`node_systemd_unit_tasks_max`."}),
    field<&NodeMetricsConfig::tapestats_ignored_devices>(
        "tapestats_ignored_devices", pattern("Tapes without `node_tape_*`.", kNothingExcluded)),
    field<&NodeMetricsConfig::textfile_directory>(
        "textfile_directory",
        {.description = "Directory of the host whose `*.prom` files are shown with the node's "
                        "metrics. `*`, `?` and `[]` match several directories.",
         .unset = "no files",
         .check = check_absolute_path}),
    field<&NodeMetricsConfig::vmstat_fields>(
        "vmstat_fields",
        pattern("Fields of /proc/vmstat that become `node_vmstat_*`: of well over a hundred few "
                "are ever queried.",
                kAllIncluded)),
};

}  // namespace

const Table kNodeTable{
    .title = "metrics.node",
    .description =
        "Which collectors of the node run and what they leave out. A field has the name, "
        "the meaning and the default of node_exporter's flag: `a_b_c` is "
        "`--collector.a.b-c`. Patterns are RE2 and match anywhere in the name.",
    .fields = kNodeFields,
    .make = make_object<NodeMetricsConfig>,
};

}  // namespace supercargo::config
