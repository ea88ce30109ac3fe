// Which collectors of the node run and what they leave out: `metrics.node`.
//
// A value, part of AgentConfig. Where node_exporter has a flag `--collector.a.b-c`, the member is
// a_b_c, with the same meaning and default. Patterns are RE2 and match anywhere, as
// node_exporter's; an empty one restricts nothing.
#pragma once

#include <string>
#include <vector>

namespace supercargo {

struct NodeMetricsConfig {
  std::vector<std::string> enabled_collectors;
  std::vector<std::string> disabled_collectors;
  std::string arp_device_include;
  std::string arp_device_exclude;
  std::string diskstats_device_include;
  std::string diskstats_device_exclude = R"(^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$)";
  std::string filesystem_mount_points_exclude =
      "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)";
  std::string filesystem_fs_types_exclude =
      "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|"
      "iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|"
      "erofs|sysfs|tracefs)$";
  std::string netclass_ignored_devices;
  std::string netdev_device_include;
  std::string netdev_device_exclude;
  std::string netstat_fields =
      "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|"
      "Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|"
      "TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|"
      "CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";
  std::string powersupply_ignored_supplies;
  bool rapl_enable_zone_label = false;
  bool stat_softirq = false;
  std::string systemd_unit_include = ".+";
  std::string systemd_unit_exclude = R"(.+\.(automount|device|mount|scope|slice))";
  bool systemd_enable_restarts_metrics = false;
  bool systemd_enable_start_time_metrics = false;
  bool systemd_enable_task_metrics = false;
  std::string tapestats_ignored_devices;
  std::string textfile_directory;
  std::string vmstat_fields = "^(oom_kill|pgpg|pswp|pg.*fault).*";
};

}  // namespace supercargo
