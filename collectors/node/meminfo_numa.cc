#include "collectors/node/meminfo_numa.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"node"};
constexpr std::string_view kPrefix = "node";  // of the directories

constexpr std::array<std::string_view, 44> kDocumented{
    "MemTotal",
    "MemFree",
    "MemUsed",
    "SwapCached",
    "Active",
    "Inactive",
    "Active_anon",
    "Inactive_anon",
    "Active_file",
    "Inactive_file",
    "Unevictable",
    "Mlocked",
    "Dirty",
    "Writeback",
    "FilePages",
    "Mapped",
    "AnonPages",
    "Shmem",
    "KernelStack",
    "ShadowCallStack",
    "PageTables",
    "SecPageTables",
    "NFS_Unstable",
    "Bounce",
    "WritebackTmp",
    "KReclaimable",
    "Slab",
    "SReclaimable",
    "SUnreclaim",
    "AnonHugePages",
    "ShmemHugePages",
    "ShmemPmdMapped",
    "FileHugePages",
    "FilePmdMapped",
    "Unaccepted",
    "HugePages_Total",
    "HugePages_Free",
    "HugePages_Surp",
    "numa_hit_total",
    "numa_miss_total",
    "numa_foreign_total",
    "interleave_hit_total",
    "local_node_total",
    "other_node_total",
};

std::string suffix_of(const MemoryField& field) {
  return memory_family_suffix({field.key, field.value, false});
}

}  // namespace

// Node 0 MemTotal:       24683660 kB
// Node 0 Active(anon):       1688 kB
// Node 0 HugePages_Total:     0
void parse_numa_meminfo(std::string_view text, std::vector<MemoryField>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (take_word(line) == "Node" && parse_u64(take_word(line))) {
      if (const std::optional<MemoryField> field = parse_memory_field(line)) {
        out.push_back(*field);
      }
    }
  }
}

MeminfoNumaCollector::MeminfoNumaCollector(const HostPaths& host)
    : directory_(host.sys + "/devices/system/node"), families_("node_memory_numa_") {
  for (const std::string_view suffix : kDocumented) {
    add_family(suffix);
  }
  for (const std::string& node : list_numbered(directory_, kPrefix)) {
    const auto text = reader_.text(path_in(directory_, node), "meminfo");
    parse_numa_meminfo(text.value_or(""), fields_);
    for (const MemoryField& field : fields_) {
      add_family(suffix_of(field));
    }
  }
}

Status MeminfoNumaCollector::collect(SampleSet& out) {
  const std::vector<std::string> nodes = list_numbered(directory_, kPrefix);
  if (nodes.empty()) {
    return Error{ErrorCode::kUnavailable, "this kernel knows no NUMA nodes"};
  }
  for (const std::string& node : nodes) {
    collect_node(node, out);
  }
  return Ok{};
}

void MeminfoNumaCollector::collect_node(const std::string& node, SampleSet& out) {
  const std::string path = path_in(directory_, node);
  const auto labels = out.add_labels({{"node", std::string_view(node).substr(kPrefix.size())}});
  parse_numa_meminfo(reader_.text(path, "meminfo").value_or(""), fields_);
  for (const MemoryField& field : fields_) {
    if (const auto family = families_.index(suffix_of(field))) {
      out.add(*family, labels, field.value);
    }
  }
  std::string_view stat = reader_.text(path, "numastat").value_or("");
  while (!stat.empty()) {
    std::string_view line = take_until(stat, '\n');
    suffix_.assign(take_word(line)).append("_total");
    const auto family = families_.index(suffix_);
    const std::optional<std::uint64_t> value = parse_u64(take_word(line));
    if (family && value) {
      out.add(*family, labels, static_cast<double>(*value));
    }
  }
}

void MeminfoNumaCollector::add_family(std::string_view suffix) {
  families_.add(suffix,
                std::string("Memory information field ").append(suffix).append("."),
                suffix.ends_with("_total") ? MetricKind::kCounter : MetricKind::kGauge,
                kLabels);
}

}  // namespace supercargo
