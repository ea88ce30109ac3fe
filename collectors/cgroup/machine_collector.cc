#include "collectors/cgroup/machine_collector.h"

#include <array>

namespace supercargo {
namespace {

enum Family : std::size_t {
  kCores,
  kPhysicalCores,
  kSockets,
  kBooks,
  kDrawers,
  kMemory,
  kSwap,
  kModules,
  kModuleBytes,
  kScrapeError,
  kVersionInfo,
  kCount
};

constexpr std::array<std::string_view, 3> kIds{"boot_id", "machine_id", "system_uuid"};
constexpr std::array<std::string_view, 4> kIdsAndType{
    "boot_id", "machine_id", "system_uuid", "type"};
constexpr std::array<std::string_view, 5> kVersions{
    "cadvisorRevision", "cadvisorVersion", "dockerVersion", "kernelVersion", "osVersion"};

constexpr std::array<MetricDesc, kCount> kFamilies{{
    {"machine_cpu_cores",
     "Logical processors that are online.",
     MetricKind::kGauge,
     kIds,
     "/sys/devices/system/cpu/online, /proc/stat"},
    {"machine_cpu_physical_cores",
     "Processor cores.",
     MetricKind::kGauge,
     kIds,
     "/sys/devices/system/cpu/cpu*/topology"},
    {"machine_cpu_sockets",
     "Processor sockets.",
     MetricKind::kGauge,
     kIds,
     "/sys/devices/system/cpu/cpu*/topology"},
    {"machine_cpu_books",
     "Processor books (s390x).",
     MetricKind::kGauge,
     kIds,
     "/sys/devices/system/cpu/cpu*/topology"},
    {"machine_cpu_drawers",
     "Processor drawers (s390x).",
     MetricKind::kGauge,
     kIds,
     "/sys/devices/system/cpu/cpu*/topology"},
    {"machine_memory_bytes", "Memory of the machine.", MetricKind::kGauge, kIds, "/proc/meminfo"},
    {"machine_swap_bytes", "Swap space of the machine.", MetricKind::kGauge, kIds, "/proc/meminfo"},
    {"machine_dimm_count",
     "Memory modules by type, where a driver knows them.",
     MetricKind::kGauge,
     kIdsAndType,
     "/sys/devices/system/edac/mc"},
    {"machine_dimm_capacity_bytes",
     "Memory of the modules by type.",
     MetricKind::kGauge,
     kIdsAndType,
     "/sys/devices/system/edac/mc"},
    {"machine_scrape_error",
     "1 where the machine's memory or processors cannot be read, else 0.",
     MetricKind::kGauge,
     {},
     "the agent itself"},
    {"cadvisor_version_info",
     "1, with the kernel and the operating system; the other labels are empty, as kubelet has "
     "them.",
     MetricKind::kGauge,
     kVersions,
     "/proc/sys/kernel/osrelease, /etc/os-release"},
}};

}  // namespace

std::span<const MetricDesc> MachineCollector::families() const noexcept {
  return kFamilies;
}

void MachineCollector::read_hardware() {
  const MachineIds ids = read_machine_ids(paths_);
  append_label(labels_, "boot_id", ids.boot_id);
  append_label(labels_, "machine_id", ids.machine_id);
  append_label(labels_, "system_uuid", ids.system_uuid);
  for (const std::string_view name : {"cadvisorRevision", "cadvisorVersion", "dockerVersion"}) {
    append_label(versions_, name, "");
  }
  append_label(versions_, "kernelVersion", ids.kernel);
  append_label(versions_, "osVersion", ids.os);
  modules_ = read_memory_modules(paths_.sys);
}

void MachineCollector::add_modules(SampleSet& out) const {
  for (const auto& [type, modules] : modules_) {
    std::string with_type = labels_;
    append_label(with_type, "type", type);
    const SampleSet::LabelBlock block = out.add_labels(with_type);
    out.add(kModules, block, static_cast<double>(modules.count));
    out.add(kModuleBytes, block, static_cast<double>(modules.bytes));
  }
}

Status MachineCollector::collect(SampleSet& out) {
  if (labels_.empty()) {
    read_hardware();
  }
  const SampleSet::LabelBlock labels = out.add_labels(labels_);
  const auto add = [&](Family family, std::size_t value) {
    if (value > 0) {
      out.add(family, labels, static_cast<double>(value));
    }
  };
  const std::optional<MachineCpus> cpus = read_cpus(paths_);
  if (cpus) {
    add(kCores, cpus->threads);
    add(kPhysicalCores, cpus->cores);
    add(kSockets, cpus->sockets);
    add(kBooks, cpus->books);
    add(kDrawers, cpus->drawers);
  }
  const std::optional<MachineMemory> memory = read_meminfo(paths_);
  if (memory) {
    out.add(kMemory, labels, static_cast<double>(memory->total_bytes));
    out.add(kSwap, labels, static_cast<double>(memory->swap_total_bytes));
  }
  add_modules(out);
  out.add(kScrapeError, SampleSet::kNoLabels, cpus && memory ? 0 : 1);
  out.add(kVersionInfo, out.add_labels(versions_), 1);
  return Ok{};
}

}  // namespace supercargo
