#include "collectors/cgroup/machine_collector.h"

#include <array>

namespace supercargo {
namespace {

enum Family : std::size_t { kCores, kPhysicalCores, kSockets, kMemory, kSwap, kCount };

constexpr std::array<std::string_view, 3> kIds{"boot_id", "machine_id", "system_uuid"};

constexpr std::array<MetricDesc, kCount> kFamilies{{
    {"machine_cpu_cores", "Logical processors that are online.", MetricKind::kGauge, kIds},
    {"machine_cpu_physical_cores", "Processor cores.", MetricKind::kGauge, kIds},
    {"machine_cpu_sockets", "Processor sockets.", MetricKind::kGauge, kIds},
    {"machine_memory_bytes", "Memory of the machine.", MetricKind::kGauge, kIds},
    {"machine_swap_bytes", "Swap space of the machine.", MetricKind::kGauge, kIds},
}};

}  // namespace

std::span<const MetricDesc> MachineCollector::families() const noexcept {
  return kFamilies;
}

Status MachineCollector::collect(SampleSet& out) {
  if (labels_.empty()) {
    const MachineIds ids = read_machine_ids(paths_);
    append_label(labels_, "boot_id", ids.boot_id);
    append_label(labels_, "machine_id", ids.machine_id);
    append_label(labels_, "system_uuid", ids.system_uuid);
  }
  const SampleSet::LabelBlock labels = out.add_labels(labels_);
  if (const std::optional<MachineCpus> cpus = read_cpus(paths_)) {
    out.add(kCores, labels, static_cast<double>(cpus->threads));
    if (cpus->cores > 0) {
      out.add(kPhysicalCores, labels, static_cast<double>(cpus->cores));
      out.add(kSockets, labels, static_cast<double>(cpus->sockets));
    }
  }
  if (const std::optional<MachineMemory> memory = read_meminfo(paths_)) {
    out.add(kMemory, labels, static_cast<double>(memory->total_bytes));
    out.add(kSwap, labels, static_cast<double>(memory->swap_total_bytes));
  }
  return Ok{};
}

}  // namespace supercargo
