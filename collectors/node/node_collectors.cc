#include "collectors/node/node_collectors.h"

#include <array>

#include "collectors/node/conntrack.h"
#include "collectors/node/cpu.h"
#include "collectors/node/diskstats.h"
#include "collectors/node/entropy.h"
#include "collectors/node/filefd.h"
#include "collectors/node/filesystem.h"
#include "collectors/node/loadavg.h"
#include "collectors/node/meminfo.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/netclass.h"
#include "collectors/node/netdev.h"
#include "collectors/node/netstat.h"
#include "collectors/node/pressure.h"
#include "collectors/node/proc_stat.h"
#include "collectors/node/sockstat.h"
#include "collectors/node/softnet.h"
#include "collectors/node/stat.h"
#include "collectors/node/time.h"
#include "collectors/node/timex.h"
#include "collectors/node/uname.h"
#include "collectors/node/vmstat.h"

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

template <class T>
Owned of_stat(const Context& context) {
  return std::make_unique<T>(context.proc_stat);
}

constexpr std::array<Row, 19> kTable{{
    {{"cpu", "Time of each CPU by mode", true}, of_stat<CpuCollector>},
    {{"stat", "Boot time, forks, interrupts, run queue", true}, of_stat<StatCollector>},
    {{"loadavg", "Load averages", true},
     [](const Context& c) -> Owned {
       return std::make_unique<LoadavgCollector>(c.proc("/loadavg"));
     }},
    {{"meminfo", "Memory of the node", true},
     [](const Context& c) -> Owned {
       return std::make_unique<MeminfoCollector>(c.proc("/meminfo"));
     }},
    {{"vmstat", "Paging, swapping, OOM kills", true},
     [](const Context& c) -> Owned {
       return std::make_unique<VmstatCollector>(c.proc("/vmstat"), c.options.vmstat_fields_include);
     }},
    {{"pressure", "Pressure stall information", true},
     [](const Context& c) -> Owned {
       return std::make_unique<PressureCollector>(c.proc("/pressure"));
     }},
    {{"diskstats", "Traffic of block devices", true}, of_options<DiskstatsCollector>},
    {{"filesystem", "Size and use of mounted file systems", true}, of_options<FilesystemCollector>},
    {{"netdev", "Traffic of network devices", true}, of_host<NetdevCollector>},
    {{"netclass", "Properties of network devices", true}, of_host<NetclassCollector>},
    {{"netstat", "Counters of network protocols", true}, of_host<NetstatCollector>},
    {{"sockstat", "Sockets in use", true}, of_host<SockstatCollector>},
    {{"softnet", "Network softirq of each CPU", true}, of_host<SoftnetCollector>},
    {{"conntrack", "Connection tracking table", true}, of_host<ConntrackCollector>},
    {{"filefd", "Open file handles", true},
     [](const Context& c) -> Owned {
       return std::make_unique<FilefdCollector>(c.proc("/sys/fs/file-nr"));
     }},
    {{"entropy", "Random pool", true},
     [](const Context& c) -> Owned {
       return std::make_unique<EntropyCollector>(c.proc("/sys/kernel/random"));
     }},
    {{"uname", "Names of the kernel and the host", true}, of_host<UnameCollector>},
    {{"time", "Wall clock and clock sources", true}, of_host<TimeCollector>},
    {{"timex", "Synchronisation of the clock", true},
     [](const Context&) -> Owned { return std::make_unique<TimexCollector>(); }},
}};

constexpr std::array<NodeCollectorInfo, kTable.size()> kInfos = [] {
  std::array<NodeCollectorInfo, kTable.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = kTable[i].info;
  }
  return out;
}();

}  // namespace

std::span<const NodeCollectorInfo> node_collector_infos() {
  return kInfos;
}

std::vector<std::unique_ptr<Collector>> make_node_collectors(const NodeOptions& options) {
  const Context context{options, std::make_shared<ProcStatFile>(options.host.proc + "/stat")};
  std::vector<Owned> out;
  for (const Row& row : kTable) {
    if (row.info.on_by_default) {
      out.push_back(row.make(context));
    }
  }
  return out;
}

Status check_node_options(const NodeOptions& options) {
  for (const std::string_view pattern : {std::string_view(options.filesystem_mount_points_exclude),
                                         std::string_view(options.filesystem_types_exclude),
                                         std::string_view(options.disk_devices_exclude),
                                         std::string_view(options.vmstat_fields_include)}) {
    if (Status status = NameFilter(pattern, {}).status(); !status) {
      return status;
    }
  }
  return Ok{};
}

}  // namespace supercargo
