#include "collectors/node/xfs.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"device"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

constexpr std::array<MetricDesc, 39> kFamilies{{
    counter("node_xfs_extent_allocation_extents_allocated_total",
            "Number of extents allocated for a filesystem."),
    counter("node_xfs_extent_allocation_blocks_allocated_total",
            "Number of blocks allocated for a filesystem."),
    counter("node_xfs_extent_allocation_extents_freed_total",
            "Number of extents freed for a filesystem."),
    counter("node_xfs_extent_allocation_blocks_freed_total",
            "Number of blocks freed for a filesystem."),
    counter("node_xfs_allocation_btree_lookups_total",
            "Number of allocation B-tree lookups for a filesystem."),
    counter("node_xfs_allocation_btree_compares_total",
            "Number of allocation B-tree compares for a filesystem."),
    counter("node_xfs_allocation_btree_records_inserted_total",
            "Number of allocation B-tree records inserted for a filesystem."),
    counter("node_xfs_allocation_btree_records_deleted_total",
            "Number of allocation B-tree records deleted for a filesystem."),
    counter("node_xfs_block_mapping_reads_total",
            "Number of block map for read operations for a filesystem."),
    counter("node_xfs_block_mapping_writes_total",
            "Number of block map for write operations for a filesystem."),
    counter("node_xfs_block_mapping_unmaps_total",
            "Number of block unmaps (deletes) for a filesystem."),
    counter("node_xfs_block_mapping_extent_list_insertions_total",
            "Number of extent list insertions for a filesystem."),
    counter("node_xfs_block_mapping_extent_list_deletions_total",
            "Number of extent list deletions for a filesystem."),
    counter("node_xfs_block_mapping_extent_list_lookups_total",
            "Number of extent list lookups for a filesystem."),
    counter("node_xfs_block_mapping_extent_list_compares_total",
            "Number of extent list compares for a filesystem."),
    counter("node_xfs_block_map_btree_lookups_total",
            "Number of block map B-tree lookups for a filesystem."),
    counter("node_xfs_block_map_btree_compares_total",
            "Number of block map B-tree compares for a filesystem."),
    counter("node_xfs_block_map_btree_records_inserted_total",
            "Number of block map B-tree records inserted for a filesystem."),
    counter("node_xfs_block_map_btree_records_deleted_total",
            "Number of block map B-tree records deleted for a filesystem."),
    counter("node_xfs_directory_operation_lookup_total",
            "Number of file name directory lookups which miss the operating systems directory name "
            "lookup cache."),
    counter("node_xfs_directory_operation_create_total",
            "Number of times a new directory entry was created for a filesystem."),
    counter("node_xfs_directory_operation_remove_total",
            "Number of times an existing directory entry was created for a filesystem."),
    counter("node_xfs_directory_operation_getdents_total",
            "Number of times the directory getdents operation was performed for a filesystem."),
    counter("node_xfs_inode_operation_attempts_total",
            "Number of times the OS looked for an XFS inode in the inode cache."),
    counter("node_xfs_inode_operation_found_total",
            "Number of times the OS looked for and found an XFS inode in the inode cache."),
    counter("node_xfs_inode_operation_recycled_total",
            "Number of times the OS found an XFS inode in the cache, but could not use it as it "
            "was being recycled."),
    counter("node_xfs_inode_operation_missed_total",
            "Number of times the OS looked for an XFS inode in the cache, but did not find it."),
    counter("node_xfs_inode_operation_duplicates_total",
            "Number of times the OS tried to add a missing XFS inode to the inode cache, but found "
            "it had already been added by another process."),
    counter("node_xfs_inode_operation_reclaims_total",
            "Number of times the OS reclaimed an XFS inode from the inode cache to free memory for "
            "another purpose."),
    counter("node_xfs_inode_operation_attribute_changes_total",
            "Number of times the OS explicitly changed the attributes of an XFS inode."),
    counter("node_xfs_read_calls_total",
            "Number of read(2) system calls made to files in a filesystem."),
    counter("node_xfs_write_calls_total",
            "Number of write(2) system calls made to files in a filesystem."),
    counter("node_xfs_vnode_active_total", "Number of vnodes not on free lists for a filesystem."),
    counter("node_xfs_vnode_allocate_total", "Number of times vn_alloc called for a filesystem."),
    counter("node_xfs_vnode_get_total", "Number of times vn_get called for a filesystem."),
    counter("node_xfs_vnode_hold_total", "Number of times vn_hold called for a filesystem."),
    counter("node_xfs_vnode_release_total", "Number of times vn_rele called for a filesystem."),
    counter("node_xfs_vnode_reclaim_total", "Number of times vn_reclaim called for a filesystem."),
    counter("node_xfs_vnode_remove_total", "Number of times vn_remove called for a filesystem."),
}};

// The line and the number in it of each family.
struct Place {
  std::string_view line;
  std::size_t index;
};

constexpr std::array<Place, kFamilies.size()> kPlaces{{
    {"extent_alloc", 0}, {"extent_alloc", 1}, {"extent_alloc", 2}, {"extent_alloc", 3},
    {"abt", 0},          {"abt", 1},          {"abt", 2},          {"abt", 3},
    {"blk_map", 0},      {"blk_map", 1},      {"blk_map", 2},      {"blk_map", 3},
    {"blk_map", 4},      {"blk_map", 5},      {"blk_map", 6},      {"bmbt", 0},
    {"bmbt", 1},         {"bmbt", 2},         {"bmbt", 3},         {"dir", 0},
    {"dir", 1},          {"dir", 2},          {"dir", 3},          {"ig", 0},
    {"ig", 1},           {"ig", 2},           {"ig", 3},           {"ig", 4},
    {"ig", 5},           {"ig", 6},           {"rw", 1},           {"rw", 0},
    {"vnodes", 0},       {"vnodes", 1},       {"vnodes", 2},       {"vnodes", 3},
    {"vnodes", 4},       {"vnodes", 5},       {"vnodes", 6},
}};

constexpr std::size_t kLongestLine = 7;

}  // namespace

// extent_alloc 92447 97589 92448 93751
// rw 107739 94045
void parse_xfs_stats(std::string_view text,
                     const std::function<void(std::size_t family, double value)>& add) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_word(line);
    std::array<std::optional<std::uint64_t>, kLongestLine> numbers;
    for (std::optional<std::uint64_t>& number : numbers) {
      number = parse_u64(take_word(line));
    }
    for (std::size_t family = 0; family < kPlaces.size(); ++family) {
      const auto& [wanted, index] = kPlaces[family];
      if (wanted == name && numbers[index]) {
        add(family, static_cast<double>(*numbers[index]));
      }
    }
  }
}

std::span<const MetricDesc> XfsCollector::families() const noexcept {
  return kFamilies;
}

Status XfsCollector::collect(SampleSet& out) {
  const Result<std::vector<std::string>> devices = list_names(root_);
  if (!devices) {
    return Ok{};  // no XFS in this kernel
  }
  for (const std::string& device : *devices) {
    const auto text = reader_.text(root_ + "/" + device, "stats/stats");
    if (!text) {
      continue;  // `stats` of all file systems together stands beside them
    }
    const auto labels = out.add_labels({{"device", device}});
    parse_xfs_stats(*text,
                    [&](std::size_t family, double value) { out.add(family, labels, value); });
  }
  return Ok{};
}

}  // namespace supercargo
