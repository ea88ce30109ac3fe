#include <algorithm>

#include "collectors/node/name_filter.h"
#include "collectors/node/node_collectors.h"

namespace supercargo {
namespace {

Status check_names(const std::vector<std::string>& names) {
  const std::span<const NodeCollectorInfo> infos = node_collector_infos();
  for (const std::string& name : names) {
    if (std::ranges::find(infos, name, &NodeCollectorInfo::name) == infos.end()) {
      return Error{ErrorCode::kConfig, "no collector of the node is named \"" + name + "\""};
    }
  }
  return Ok{};
}

}  // namespace

Status check_node_options(const NodeOptions& options) {
  const NodeMetricsConfig& config = options.config;
  for (const std::string* pattern : {&config.arp_device_include,
                                     &config.arp_device_exclude,
                                     &config.diskstats_device_include,
                                     &config.diskstats_device_exclude,
                                     &config.filesystem_mount_points_exclude,
                                     &config.filesystem_fs_types_exclude,
                                     &config.netclass_ignored_devices,
                                     &config.netdev_device_include,
                                     &config.netdev_device_exclude,
                                     &config.netstat_fields,
                                     &config.powersupply_ignored_supplies,
                                     &config.systemd_unit_include,
                                     &config.systemd_unit_exclude,
                                     &config.tapestats_ignored_devices,
                                     &config.vmstat_fields}) {
    if (Status status = NameFilter::including(*pattern).status(); !status) {
      return status;
    }
  }
  Status enabled = check_names(config.enabled_collectors);
  return enabled ? check_names(config.disabled_collectors) : std::move(enabled);
}

}  // namespace supercargo
