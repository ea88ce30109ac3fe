#include "collectors/node/bcache.h"

#include <array>
#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kSet{"uuid"};
constexpr std::array<std::string_view, 2> kBacking{"backing_device", "uuid"};
constexpr std::array<std::string_view, 2> kCache{"cache_device", "uuid"};

constexpr std::array<MetricDesc, 26> kFamilies{{
    {"node_bcache_average_key_size_sectors",
     "Average data per key in the btree (sectors).",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_btree_cache_size_bytes",
     "Amount of memory currently used by the btree cache.",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_cache_available_percent",
     "Percentage of cache device without dirty data, usable for writeback (may contain clean "
     "cached data).",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_congested", "Congestion.", MetricKind::kGauge, kSet},
    {"node_bcache_root_usage_percent",
     "Percentage of the root btree node in use (tree depth increases if too high).",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_tree_depth", "Depth of the btree.", MetricKind::kGauge, kSet},
    {"node_bcache_active_journal_entries",
     "Number of journal entries that are newer than the index.",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_btree_nodes", "Total nodes in the btree.", MetricKind::kGauge, kSet},
    {"node_bcache_btree_read_average_duration_seconds",
     "Average btree read duration.",
     MetricKind::kGauge,
     kSet},
    {"node_bcache_cache_read_races_total",
     "Counts instances where while data was being read from the cache, the bucket was reused and "
     "invalidated - i.e. where the pointer was stale after the read completed.",
     MetricKind::kCounter,
     kSet},
    {"node_bcache_dirty_data_bytes",
     "Amount of dirty data for this backing device in the cache.",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_bypassed_bytes_total",
     "Amount of IO (both reads and writes) that has bypassed the cache.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_hits_total",
     "Hits counted per individual IO as bcache sees them.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_misses_total",
     "Misses counted per individual IO as bcache sees them.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_bypass_hits_total",
     "Hits for IO intended to skip the cache.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_bypass_misses_total",
     "Misses for IO intended to skip the cache.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_miss_collisions_total",
     "Instances where data insertion from cache miss raced with write (data already present).",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_cache_readaheads_total",
     "Count of times readahead occurred.",
     MetricKind::kCounter,
     kBacking},
    {"node_bcache_dirty_target_bytes",
     "Current dirty data target threshold for this backing device in bytes.",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_writeback_rate",
     "Current writeback rate for this backing device in bytes.",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_writeback_rate_proportional_term",
     "Current result of proportional controller, part of writeback rate",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_writeback_rate_integral_term",
     "Current result of integral controller, part of writeback rate",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_writeback_change",
     "Last writeback rate change step for this backing device.",
     MetricKind::kGauge,
     kBacking},
    {"node_bcache_io_errors",
     "Number of errors that have occurred, decayed by io_error_halflife.",
     MetricKind::kGauge,
     kCache},
    {"node_bcache_metadata_written_bytes_total",
     "Sum of all non data writes (btree writes and all other metadata).",
     MetricKind::kCounter,
     kCache},
    {"node_bcache_written_bytes_total",
     "Sum of all data that has been written to the cache.",
     MetricKind::kCounter,
     kCache},
}};

enum Family : std::size_t {
  kFirstOfSet,
  kFirstOfBacking = 10,
  kFirstOfDebug = 18,
  kFirstOfCache = 23
};

constexpr std::array<std::string_view, 10> kSetFiles{"average_key_size",
                                                     "btree_cache_size",
                                                     "cache_available_percent",
                                                     "congested",
                                                     "root_usage_percent",
                                                     "tree_depth",
                                                     "internal/active_journal_entries",
                                                     "internal/btree_nodes",
                                                     "internal/btree_read_average_duration_us",
                                                     "internal/cache_read_races"};
constexpr std::array<std::string_view, 8> kBackingFiles{"dirty_data",
                                                        "stats_total/bypassed",
                                                        "stats_total/cache_hits",
                                                        "stats_total/cache_misses",
                                                        "stats_total/cache_bypass_hits",
                                                        "stats_total/cache_bypass_misses",
                                                        "stats_total/cache_miss_collisions",
                                                        "stats_total/cache_readaheads"};
constexpr std::array<std::string_view, 5> kDebugKeys{
    "target", "rate", "proportional", "integral", "change"};
constexpr std::array<std::string_view, 3> kCacheFiles{"io_errors", "metadata_written", "written"};

// The file counts microseconds; node_exporter divides by this, so that is what dashboards expect.
constexpr std::size_t kReadDuration = 8;
constexpr double kReadDurationDivisor = 1e9;

constexpr std::string_view kUnits = "kMGTPEZY";

}  // namespace

// What stands behind the point is 0 to 1023, divided by 100 by the kernel: .1 is more than .09.
std::optional<double> parse_bcache_number(std::string_view text) {
  if (text.ends_with("/sec")) {
    text.remove_suffix(4);
  }
  const double sign = text.starts_with('-') ? -1 : 1;
  text.remove_prefix(sign < 0 ? 1 : 0);
  const std::size_t unit = text.empty() ? kUnits.npos : kUnits.find(text.back());
  if (unit == kUnits.npos) {
    const std::optional<std::uint64_t> whole = parse_u64(text);
    return whole ? std::optional(sign * static_cast<double>(*whole)) : std::nullopt;
  }
  text.remove_suffix(1);
  const bool has_point = text.find('.') != text.npos;
  const std::optional<std::uint64_t> whole = parse_u64(take_until(text, '.'));
  const std::optional<std::uint64_t> rest =
      has_point ? parse_u64(text) : std::optional(std::uint64_t{0});
  if (!whole || !rest) {
    return std::nullopt;
  }
  const double number = static_cast<double>(*whole) + static_cast<double>(*rest) / 10.24;
  const double bytes = std::trunc(std::ldexp(number, static_cast<int>(10 * (unit + 1))));
  return sign * bytes;
}

// rate:		1.1M/sec
// dirty:		20.4G
std::optional<double> bcache_debug_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (trim(take_until(line, ':')) == key) {
      return parse_bcache_number(trim(line));
    }
  }
  return std::nullopt;
}

std::span<const MetricDesc> BcacheCollector::families() const noexcept {
  return kFamilies;
}

void BcacheCollector::add_files(const std::string& directory,
                                std::span<const std::string_view> files,
                                std::size_t first_family,
                                SampleSet::LabelBlock labels,
                                SampleSet& out) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto value = parse_bcache_number(reader_.text_or_empty(directory, files[i]));
    if (value) {
      const bool is_duration = first_family + i == kReadDuration;
      out.add(first_family + i, labels, is_duration ? *value / kReadDurationDivisor : *value);
    }
  }
}

void BcacheCollector::collect_backing_device(const std::string& directory,
                                             SampleSet::LabelBlock labels,
                                             SampleSet& out) {
  add_files(directory, kBackingFiles, kFirstOfBacking, labels, out);
  const std::string_view debug = reader_.text_or_empty(directory, "writeback_rate_debug");
  for (std::size_t i = 0; i < kDebugKeys.size(); ++i) {
    if (const auto value = bcache_debug_value(debug, kDebugKeys[i])) {
      out.add(kFirstOfDebug + i, labels, *value);
    }
  }
}

Status BcacheCollector::collect(SampleSet& out) {
  const Result<std::vector<std::string>> sets = list_names(root_);
  if (!sets) {
    return Ok{};  // no bcache in this kernel
  }
  for (const std::string& uuid : *sets) {
    if (uuid.find('-') == uuid.npos) {
      continue;  // `register` and the like
    }
    const std::string directory = path_in(root_, uuid);
    add_files(directory, kSetFiles, kFirstOfSet, out.add_labels({{"uuid", uuid}}), out);
    for (const std::string& device : list_numbered(directory, "bdev")) {
      const auto labels = out.add_labels({{"backing_device", device}, {"uuid", uuid}});
      collect_backing_device(path_in(directory, device), labels, out);
    }
    for (const std::string& cache : list_numbered(directory, "cache")) {
      const auto labels = out.add_labels({{"cache_device", cache}, {"uuid", uuid}});
      add_files(path_in(directory, cache), kCacheFiles, kFirstOfCache, labels, out);
    }
  }
  return Ok{};
}

}  // namespace supercargo
