#include "collectors/node/zoneinfo.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"node", "zone"};

constexpr std::size_t kKeyCount = 34;
constexpr std::size_t kProtections = 6;  // a kernel has at most so many zones in a node

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kLabels};
}

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

constexpr std::array<MetricDesc, kKeyCount + kProtections> kFamilies{
    gauge("node_zoneinfo_nr_free_pages", "Total number of free pages in the zone"),
    gauge("node_zoneinfo_min_pages", "Zone watermark pages_min"),
    gauge("node_zoneinfo_low_pages", "Zone watermark pages_low"),
    gauge("node_zoneinfo_high_pages", "Zone watermark pages_high"),
    gauge("node_zoneinfo_scanned_pages", "Pages scanned since last reclaim"),
    gauge("node_zoneinfo_spanned_pages", "Total pages spanned by the zone, including holes"),
    gauge("node_zoneinfo_present_pages", "Physical pages existing within the zone"),
    gauge("node_zoneinfo_managed_pages", "Present pages managed by the buddy system"),
    gauge("node_zoneinfo_nr_active_anon_pages", "Number of anonymous pages recently more used"),
    gauge("node_zoneinfo_nr_inactive_anon_pages", "Number of anonymous pages recently less used"),
    gauge("node_zoneinfo_nr_isolated_anon_pages", "Temporary isolated pages from anon lru"),
    gauge("node_zoneinfo_nr_anon_pages", "Number of anonymous pages currently used by the system"),
    gauge("node_zoneinfo_nr_anon_transparent_hugepages",
          "Number of anonymous transparent huge pages currently used by the system"),
    gauge("node_zoneinfo_nr_active_file_pages", "Number of active pages with file-backing"),
    gauge("node_zoneinfo_nr_inactive_file_pages", "Number of inactive pages with file-backing"),
    gauge("node_zoneinfo_nr_isolated_file_pages", "Temporary isolated pages from file lru"),
    gauge("node_zoneinfo_nr_file_pages", "Number of file pages"),
    gauge("node_zoneinfo_nr_slab_reclaimable_pages", "Number of reclaimable slab pages"),
    gauge("node_zoneinfo_nr_slab_unreclaimable_pages", "Number of unreclaimable slab pages"),
    gauge("node_zoneinfo_nr_mlock_stack_pages", "mlock()ed pages found and moved off LRU"),
    gauge("node_zoneinfo_nr_kernel_stacks", "Number of kernel stacks"),
    gauge("node_zoneinfo_nr_mapped_pages", "Number of mapped pages"),
    gauge("node_zoneinfo_nr_dirty_pages", "Number of dirty pages"),
    gauge("node_zoneinfo_nr_writeback_pages", "Number of writeback pages"),
    gauge("node_zoneinfo_nr_unevictable_pages", "Number of unevictable pages"),
    gauge("node_zoneinfo_nr_shmem_pages", "Number of shmem pages (included tmpfs/GEM pages)"),
    counter("node_zoneinfo_nr_dirtied_total", "Page dirtyings since bootup"),
    counter("node_zoneinfo_nr_written_total", "Page writings since bootup"),
    counter("node_zoneinfo_numa_hit_total", "Allocated in intended node"),
    counter("node_zoneinfo_numa_miss_total", "Allocated in non intended node"),
    counter("node_zoneinfo_numa_foreign_total", "Was intended here, hit elsewhere"),
    counter("node_zoneinfo_numa_interleave_total", "Interleaver preferred this zone"),
    counter("node_zoneinfo_numa_local_total", "Allocation from local node"),
    counter("node_zoneinfo_numa_other_total", "Allocation from other node"),
    gauge("node_zoneinfo_protection_0", "Protection array 0. field"),
    gauge("node_zoneinfo_protection_1", "Protection array 1. field"),
    gauge("node_zoneinfo_protection_2", "Protection array 2. field"),
    gauge("node_zoneinfo_protection_3", "Protection array 3. field"),
    gauge("node_zoneinfo_protection_4", "Protection array 4. field"),
    gauge("node_zoneinfo_protection_5", "Protection array 5. field"),
};

// The fields of the file, in the order of their families.
constexpr std::array<std::string_view, kKeyCount> kKeys{
    "nr_free_pages",
    "min",
    "low",
    "high",
    "scanned",
    "spanned",
    "present",
    "managed",
    "nr_active_anon",
    "nr_inactive_anon",
    "nr_isolated_anon",
    "nr_anon_pages",
    "nr_anon_transparent_hugepages",
    "nr_active_file",
    "nr_inactive_file",
    "nr_isolated_file",
    "nr_file_pages",
    "nr_slab_reclaimable",
    "nr_slab_unreclaimable",
    "nr_mlock_stack",
    "nr_kernel_stack",
    "nr_mapped",
    "nr_dirty",
    "nr_writeback",
    "nr_unevictable",
    "nr_shmem",
    "nr_dirtied",
    "nr_written",
    "numa_hit",
    "numa_miss",
    "numa_foreign",
    "numa_interleave",
    "numa_local",
    "numa_other",
};

// Node 0, zone      DMA
bool parse_zone(std::string_view line, ZoneInfo::Zone& out) {
  if (take_word(line) != "Node") {
    return false;
  }
  out.node = trim(take_until(line, ','));
  const bool zone = take_word(line) == "zone";
  out.name = take_word(line);
  return zone && parse_u64(out.node) && !out.name.empty();
}

//         protection: (0, 3019, 24090, 24090, 24090)
void parse_protection(std::string_view line, ZoneInfo& out) {
  static_cast<void>(take_until(line, '('));
  line = take_until(line, ')');
  for (std::size_t i = 0; i < kProtections && !line.empty(); ++i) {
    if (const auto value = parse_number<std::int64_t>(trim(take_until(line, ',')))) {
      out.values.push_back({out.zones.size() - 1, kKeyCount + i, *value});
    }
  }
}

void parse_field(std::string_view line, ZoneInfo& out) {
  const std::string_view whole = line;
  const std::string_view key = take_word(line);
  if (key == "protection:") {
    parse_protection(whole, out);
    return;
  }
  const auto found = std::ranges::find(kKeys, key);
  if (found == kKeys.end()) {
    return;
  }
  if (const auto value = parse_number<std::int64_t>(take_word(line))) {
    const auto family = static_cast<std::size_t>(found - kKeys.begin());
    out.values.push_back({out.zones.size() - 1, family, *value});
  }
}

}  // namespace

// Node 0, zone      DMA
//   per-node stats
//       nr_inactive_anon 12716
//   pages free     3840
//         min      10
//         protection: (0, 3019, 24090, 24090, 24090)
//       nr_free_pages 3840
//   pagesets
//     cpu: 0
//               high:  0
Status parse_zoneinfo(std::string_view text, ZoneInfo& out) {
  out.zones.clear();
  out.values.clear();
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    ZoneInfo::Zone zone;
    if (parse_zone(line, zone)) {
      out.zones.push_back(zone);
    } else if (!out.zones.empty()) {
      parse_field(line, out);
    }
  }
  if (out.zones.empty()) {
    return Error{ErrorCode::kParse, "zoneinfo: no line \"Node <number>, zone <name>\""};
  }
  return Ok{};
}

std::span<const MetricDesc> ZoneinfoCollector::families() const noexcept {
  return kFamilies;
}

Status ZoneinfoCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  if (Status status = parse_zoneinfo(*text, info_); !status) {
    return status;
  }
  labels_.clear();
  for (const ZoneInfo::Zone& zone : info_.zones) {
    labels_.push_back(out.add_labels({{"node", zone.node}, {"zone", zone.name}}));
  }
  for (const ZoneValue& value : info_.values) {
    out.add(value.family, labels_[value.zone], static_cast<double>(value.value));
  }
  return Ok{};
}

}  // namespace supercargo
