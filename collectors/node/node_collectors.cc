#include "collectors/node/node_collectors.h"

#include <algorithm>
#include <array>

#include "collectors/node/arp.h"
#include "collectors/node/bcache.h"
#include "collectors/node/bonding.h"
#include "collectors/node/btrfs.h"
#include "collectors/node/buddyinfo.h"
#include "collectors/node/conntrack.h"
#include "collectors/node/cpu.h"
#include "collectors/node/cpufreq.h"
#include "collectors/node/diskstats.h"
#include "collectors/node/dmi.h"
#include "collectors/node/edac.h"
#include "collectors/node/entropy.h"
#include "collectors/node/fibrechannel.h"
#include "collectors/node/filefd.h"
#include "collectors/node/filesystem.h"
#include "collectors/node/hwmon.h"
#include "collectors/node/infiniband.h"
#include "collectors/node/interrupts.h"
#include "collectors/node/ipvs.h"
#include "collectors/node/kernel_hung.h"
#include "collectors/node/ksmd.h"
#include "collectors/node/loadavg.h"
#include "collectors/node/mdadm.h"
#include "collectors/node/meminfo.h"
#include "collectors/node/meminfo_numa.h"
#include "collectors/node/netclass.h"
#include "collectors/node/netdev.h"
#include "collectors/node/netstat.h"
#include "collectors/node/nfs.h"
#include "collectors/node/nfsd.h"
#include "collectors/node/nvme.h"
#include "collectors/node/os.h"
#include "collectors/node/powersupplyclass.h"
#include "collectors/node/pressure.h"
#include "collectors/node/proc_stat.h"
#include "collectors/node/processes.h"
#include "collectors/node/rapl.h"
#include "collectors/node/schedstat.h"
#include "collectors/node/selinux.h"
#include "collectors/node/slabinfo.h"
#include "collectors/node/sockstat.h"
#include "collectors/node/softnet.h"
#include "collectors/node/stat.h"
#include "collectors/node/systemd.h"
#include "collectors/node/tapestats.h"
#include "collectors/node/tcpstat.h"
#include "collectors/node/textfile.h"
#include "collectors/node/thermal_zone.h"
#include "collectors/node/time.h"
#include "collectors/node/timex.h"
#include "collectors/node/udp_queues.h"
#include "collectors/node/uname.h"
#include "collectors/node/vmstat.h"
#include "collectors/node/xfs.h"
#include "collectors/node/zfs.h"
#include "collectors/node/zoneinfo.h"

namespace supercargo {
namespace {

struct Context {
  const NodeOptions& options;
  std::shared_ptr<ProcStatFile> proc_stat;

  [[nodiscard]] std::string proc(std::string_view file) const {
    return options.host.proc + std::string(file);
  }
};

using Owned = std::unique_ptr<Collector>;

struct Row {
  NodeCollectorInfo info;
  Owned (*make)(const Context&);
};

template <class T>
Owned of_host(const Context& context) {
  return std::make_unique<T>(context.options.host);
}

template <class T>
Owned of_options(const Context& context) {
  return std::make_unique<T>(context.options);
}

constexpr auto kTable = std::to_array<Row>({
    {{"arp", "Neighbours of each network device", true, "/proc/1/net/arp"},
     of_options<ArpCollector>},
    {{"bcache", "Caches of block devices", true, "/sys/fs/bcache"}, of_host<BcacheCollector>},
    {{"bonding", "Slaves of bonding devices", true, "/sys/class/net/*/bonding"},
     of_host<BondingCollector>},
    {{"btrfs", "Space and devices of Btrfs", true, "/sys/fs/btrfs, /proc/1/mountinfo, ioctl(2)"},
     [](const Context& c) -> Owned { return std::make_unique<BtrfsCollector>(c.options.host); }},
    {{"buddyinfo", "Free blocks of memory by size", false, "/proc/buddyinfo"},
     of_host<BuddyinfoCollector>},
    {{"conntrack",
      "Connection tracking table",
      true,
      "/proc/sys/net/netfilter, /proc/1/net/stat/nf_conntrack"},
     of_host<ConntrackCollector>},
    {{"cpu",
      "Time of each CPU by mode",
      true,
      "/proc/stat, /sys/devices/system/cpu/cpu*/thermal_throttle"},
     [](const Context& c) -> Owned {
       return std::make_unique<CpuCollector>(c.proc_stat, c.options.host);
     }},
    {{"cpufreq", "Clock rates of the CPUs", true, "/sys/devices/system/cpu/cpu*/cpufreq"},
     of_host<CpufreqCollector>},
    {{"diskstats", "Traffic of block devices", true, "/proc/diskstats, /sys/block, /run/udev/data"},
     of_options<DiskstatsCollector>},
    {{"dmi", "What the firmware tells of the machine", true, "/sys/class/dmi/id"},
     of_host<DmiCollector>},
    {{"edac", "Memory errors", true, "/sys/devices/system/edac/mc"}, of_host<EdacCollector>},
    {{"entropy", "Random pool", true, "/proc/sys/kernel/random"},
     [](const Context& c) -> Owned {
       return std::make_unique<EntropyCollector>(c.proc("/sys/kernel/random"));
     }},
    {{"fibrechannel", "Fibre Channel ports", true, "/sys/class/fc_host"},
     of_host<FibrechannelCollector>},
    {{"filefd", "Open file handles", true, "/proc/sys/fs/file-nr"},
     [](const Context& c) -> Owned {
       return std::make_unique<FilefdCollector>(c.proc("/sys/fs/file-nr"));
     }},
    {{"filesystem", "Size and use of mounted file systems", true, "/proc/1/mountinfo, statfs(2)"},
     of_options<FilesystemCollector>},
    {{"hwmon", "Temperatures, voltages, fans and power", true, "/sys/class/hwmon"},
     of_host<HwmonCollector>},
    {{"infiniband", "InfiniBand ports", true, "/sys/class/infiniband"},
     of_host<InfinibandCollector>},
    {{"interrupts", "Interrupts by source and CPU", false, "/proc/interrupts"},
     of_host<InterruptsCollector>},
    {{"ipvs", "The kernel's load balancer", true, "/proc/1/net/ip_vs, /proc/1/net/ip_vs_stats"},
     of_host<IpvsCollector>},
    {{"kernel_hung", "Tasks that hung", true, "/proc/sys/kernel/hung_task_detect_count"},
     of_host<KernelHungCollector>},
    {{"ksmd", "Samepage merging", false, "/sys/kernel/mm/ksm"}, of_host<KsmdCollector>},
    {{"loadavg", "Load averages", true, "/proc/loadavg"},
     [](const Context& c) -> Owned {
       return std::make_unique<LoadavgCollector>(c.proc("/loadavg"));
     }},
    {{"mdadm", "Software RAID", true, "/proc/mdstat"}, of_host<MdadmCollector>},
    {{"meminfo", "Memory of the node", true, "/proc/meminfo"},
     [](const Context& c) -> Owned {
       return std::make_unique<MeminfoCollector>(c.proc("/meminfo"));
     }},
    {{"meminfo_numa",
      "Memory of each NUMA node",
      false,
      "/sys/devices/system/node/node*/meminfo, numastat"},
     of_host<MeminfoNumaCollector>},
    {{"netclass", "Properties of network devices", true, "/sys/class/net"},
     of_options<NetclassCollector>},
    {{"netdev", "Traffic of network devices", true, "/proc/1/net/dev, /sys/class/net/*/statistics"},
     of_options<NetdevCollector>},
    {{"netstat", "Counters of network protocols", true, "/proc/1/net/netstat, snmp, snmp6"},
     of_options<NetstatCollector>},
    {{"nfs", "The NFS client", true, "/proc/1/net/rpc/nfs"}, of_host<NfsCollector>},
    {{"nfsd", "The NFS server", true, "/proc/1/net/rpc/nfsd"}, of_host<NfsdCollector>},
    {{"nvme", "Names of NVMe controllers", true, "/sys/class/nvme"}, of_host<NvmeCollector>},
    {{"os", "The distribution", true, "/etc/os-release, /usr/lib/os-release"},
     of_host<OsCollector>},
    {{"powersupplyclass", "Batteries, chargers and mains", true, "/sys/class/power_supply"},
     of_options<PowerSupplyCollector>},
    {{"pressure", "Pressure stall information", true, "/proc/pressure"},
     [](const Context& c) -> Owned {
       return std::make_unique<PressureCollector>(c.proc("/pressure"));
     }},
    {{"processes",
      "Processes and threads by state",
      false,
      "/proc/PID/stat, /proc/PID/task, /proc/sys/kernel"},
     of_host<ProcessesCollector>},
    {{"rapl", "Energy that the processors used", true, "/sys/class/powercap"},
     of_options<RaplCollector>},
    {{"schedstat", "Tasks running on and waiting for each CPU", true, "/proc/schedstat"},
     of_host<SchedstatCollector>},
    {{"selinux", "Mode of SELinux", true, "/sys/fs/selinux, /etc/selinux/config"},
     of_host<SelinuxCollector>},
    {{"slabinfo", "The kernel's slab caches", false, "/proc/slabinfo"}, of_host<SlabinfoCollector>},
    {{"sockstat", "Sockets in use", true, "/proc/1/net/sockstat, sockstat6"},
     of_host<SockstatCollector>},
    {{"softnet", "Network softirq of each CPU", true, "/proc/1/net/softnet_stat"},
     of_host<SoftnetCollector>},
    {{"stat", "Boot time, forks, interrupts, run queue", true, "/proc/stat"},
     [](const Context& c) -> Owned {
       const bool softirqs = c.options.full || c.options.config.stat_softirq;
       return std::make_unique<StatCollector>(c.proc_stat, softirqs);
     }},
    {{"systemd",
      "States of systemd and of its units",
      false,
      "org.freedesktop.systemd1 over D-Bus"},
     of_options<SystemdCollector>},
    {{"tapestats", "Traffic of tape drives", true, "/sys/class/scsi_tape"},
     of_options<TapestatsCollector>},
    {{"tcpstat", "TCP sockets by state", false, "/proc/1/net/tcp, tcp6"},
     of_host<TcpstatCollector>},
    {{"textfile", "Metrics in files that scripts write", true, "*.prom below textfile_directory"},
     of_options<TextfileCollector>},
    {{"thermal_zone", "Temperatures and cooling", true, "/sys/class/thermal"},
     of_host<ThermalZoneCollector>},
    {{"time", "Wall clock and clock sources", true, "the clock, /sys/devices/system/clocksource"},
     of_host<TimeCollector>},
    {{"timex", "Synchronisation of the clock", true, "adjtimex(2)"},
     [](const Context&) -> Owned { return std::make_unique<TimexCollector>(); }},
    {{"udp_queues", "Queues of the UDP sockets", true, "/proc/1/net/udp, udp6"},
     of_host<UdpQueuesCollector>},
    {{"uname", "Names of the kernel and the host", true, "uname(2)"}, of_host<UnameCollector>},
    {{"vmstat", "Paging, swapping, OOM kills", true, "/proc/vmstat"},
     [](const Context& c) -> Owned {
       return std::make_unique<VmstatCollector>(c.proc("/vmstat"), c.options.config.vmstat_fields);
     }},
    {{"xfs", "Operations of XFS", true, "/sys/fs/xfs"}, of_host<XfsCollector>},
    {{"zfs", "What ZFS counts", true, "/proc/spl/kstat/zfs"}, of_host<ZfsCollector>},
    {{"zoneinfo", "Zones of memory", false, "/proc/zoneinfo"}, of_host<ZoneinfoCollector>},
});

constexpr std::array<NodeCollectorInfo, kTable.size()> kInfos = [] {
  std::array<NodeCollectorInfo, kTable.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = kTable[i].info;
  }
  return out;
}();

bool names(const std::vector<std::string>& list, const NodeCollectorInfo& info) {
  return std::ranges::find(list, info.name) != list.end();
}

bool is_asked_for(const NodeCollectorInfo& info, const NodeMetricsConfig& config) {
  return !info.on_by_default && names(config.enabled_collectors, info) &&
         !names(config.disabled_collectors, info);
}

bool is_enabled(const NodeCollectorInfo& info, const NodeOptions& options) {
  return ((info.on_by_default || options.full) &&
          !names(options.config.disabled_collectors, info)) ||
         is_asked_for(info, options.config);
}

}  // namespace

std::span<const NodeCollectorInfo> node_collector_infos() {
  return kInfos;
}

std::vector<std::unique_ptr<Collector>> make_node_collectors(const NodeOptions& options) {
  const Context context{options, std::make_shared<ProcStatFile>(options.host.proc + "/stat")};
  std::vector<Owned> out;
  for (const Row& row : kTable) {
    if (is_enabled(row.info, options)) {
      out.push_back(row.make(context));
    }
  }
  return out;
}

std::vector<std::string> families_asked_for(const NodeOptions& options) {
  const Context context{options, nullptr};
  std::vector<std::string> out;
  for (const Row& row : kTable) {
    if (is_asked_for(row.info, options.config)) {
      for (const MetricDesc& desc : row.make(context)->families()) {
        out.emplace_back(desc.name);
      }
    }
  }
  if (options.config.stat_softirq) {
    out.emplace_back("node_softirqs_total");
  }
  return out;
}

}  // namespace supercargo
