#include <algorithm>

#include "agent/base/edit_distance.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_collectors.h"

namespace supercargo {
namespace {

Status check_names(std::string_view key, const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  for (const NodeCollectorInfo& info : node_collector_infos()) {
    known.push_back(info.name);
  }
  for (const std::string& name : names) {
    if (std::ranges::count(known, name) > 0) {
      continue;
    }
    const std::string_view meant = closest_word(name, known);
    std::string text("metrics.node.");
    text.append(key).append(": no collector of the node is named \"").append(name).append("\"");
    if (!meant.empty()) {
      text.append("; did you mean \"").append(meant).append("\"?");
    }
    return Error{ErrorCode::kConfig, std::move(text)};
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
  Status enabled = check_names("enabled_collectors", config.enabled_collectors);
  return enabled ? check_names("disabled_collectors", config.disabled_collectors)
                 : std::move(enabled);
}

}  // namespace supercargo
