#include "collectors/node/meminfo.h"

#include <array>
#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 62> kDocumented{
    "MemTotal_bytes",
    "MemFree_bytes",
    "MemAvailable_bytes",
    "Buffers_bytes",
    "Cached_bytes",
    "SwapCached_bytes",
    "Active_bytes",
    "Inactive_bytes",
    "Active_anon_bytes",
    "Inactive_anon_bytes",
    "Active_file_bytes",
    "Inactive_file_bytes",
    "Unevictable_bytes",
    "Mlocked_bytes",
    "SwapTotal_bytes",
    "SwapFree_bytes",
    "Zswap_bytes",
    "Zswapped_bytes",
    "Dirty_bytes",
    "Writeback_bytes",
    "AnonPages_bytes",
    "Mapped_bytes",
    "Shmem_bytes",
    "KReclaimable_bytes",
    "Slab_bytes",
    "SReclaimable_bytes",
    "SUnreclaim_bytes",
    "KernelStack_bytes",
    "ShadowCallStack_bytes",
    "PageTables_bytes",
    "SecPageTables_bytes",
    "NFS_Unstable_bytes",
    "Bounce_bytes",
    "WritebackTmp_bytes",
    "CommitLimit_bytes",
    "Committed_AS_bytes",
    "VmallocTotal_bytes",
    "VmallocUsed_bytes",
    "VmallocChunk_bytes",
    "Percpu_bytes",
    "HardwareCorrupted_bytes",
    "AnonHugePages_bytes",
    "ShmemHugePages_bytes",
    "ShmemPmdMapped_bytes",
    "FileHugePages_bytes",
    "FilePmdMapped_bytes",
    "CmaTotal_bytes",
    "CmaFree_bytes",
    "Unaccepted_bytes",
    "Balloon_bytes",
    "HugePages_Total",
    "HugePages_Free",
    "HugePages_Rsvd",
    "HugePages_Surp",
    "Hugepagesize_bytes",
    "Hugetlb_bytes",
    "DirectMap4k_bytes",
    "DirectMap64k_bytes",
    "DirectMap1M_bytes",
    "DirectMap2M_bytes",
    "DirectMap4M_bytes",
    "DirectMap1G_bytes",
};

void add_family(FieldFamilies& families, std::string_view suffix) {
  families.add(suffix,
               std::string("Memory information field ").append(suffix).append("."),
               suffix.ends_with("_total") ? MetricKind::kCounter : MetricKind::kGauge);
}

}  // namespace

std::optional<MemoryField> parse_memory_field(std::string_view line) {
  std::string_view key = take_word(line);
  const std::optional<double> value = parse_number<double>(take_word(line));
  const std::string_view unit = take_word(line);
  if (!key.ends_with(':') || !value || !std::isfinite(*value) || !take_word(line).empty()) {
    return std::nullopt;
  }
  key.remove_suffix(1);
  return MemoryField{key, unit.empty() ? *value : *value * 1024, !unit.empty()};
}

// MemTotal:       24683660 kB
// Active(anon):       1604 kB
// HugePages_Total:       0
Status parse_meminfo(std::string_view text, std::vector<MemoryField>& out) {
  out.clear();
  while (!text.empty()) {
    if (const std::optional<MemoryField> field = parse_memory_field(take_until(text, '\n'))) {
      out.push_back(*field);
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "meminfo: no line \"<key>: <number> [kB]\""};
  }
  return Ok{};
}

std::string memory_family_suffix(const MemoryField& field) {
  std::string out(field.key);
  const std::size_t open = out.find('(');
  if (open != std::string::npos && out.ends_with(')')) {
    out.pop_back();
    out[open] = '_';
  }
  if (field.in_bytes) {
    out += "_bytes";
  }
  return out;
}

MeminfoCollector::MeminfoCollector(std::string path)
    : file_(std::move(path), FileEnd::kLess), families_("node_memory_") {
  for (const std::string_view suffix : kDocumented) {
    add_family(families_, suffix);
  }
  const Result<std::string_view> text = file_.read();
  if (text && parse_meminfo(*text, fields_)) {
    for (const MemoryField& field : fields_) {
      add_family(families_, memory_family_suffix(field));
    }
  }
}

Status MeminfoCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  if (Status status = parse_meminfo(*text, fields_); !status) {
    return status;
  }
  for (const MemoryField& field : fields_) {
    if (const auto family = families_.index(memory_family_suffix(field))) {
      out.add(*family, SampleSet::kNoLabels, field.value);
    }
  }
  return Ok{};
}

}  // namespace supercargo
