// What the collectors of the node are made with: where the host is, and what they leave out.
//
// A value, filled by agent/app from the configuration before make_node_collectors().
#pragma once

#include <string>
#include <string_view>

#include "agent/base/host_paths.h"

namespace supercargo {

// node_exporter's own defaults, as RE2 patterns.
inline constexpr std::string_view kMountPointsExcludeDefault =
    R"(^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/))";
inline constexpr std::string_view kFilesystemTypesExcludeDefault =
    "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|"
    "mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|"
    "tracefs)$";
inline constexpr std::string_view kDiskDevicesExcludeDefault =
    R"(^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$)";
inline constexpr std::string_view kVmstatFieldsDefault = "^(oom_kill|pgpg|pswp|pg.*fault).*";
inline constexpr std::string_view kNetstatFieldsDefault =
    "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|"
    "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|"
    "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|"
    "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";

// Patterns are RE2 and match anywhere, as node_exporter's; an empty one is the default above.
struct NodeOptions {
  HostPaths host;
  std::string filesystem_mount_points_exclude;
  std::string filesystem_types_exclude;
  std::string disk_devices_exclude;
  std::string vmstat_fields_include;
};

}  // namespace supercargo
