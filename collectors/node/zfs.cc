#include "collectors/node/zfs.h"

#include <algorithm>
#include <array>

#include "collectors/node/kernel_file.h"
#include "collectors/node/kstat.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kStateLabels{"state", "zpool"};
constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_zfs_zpool_state", "kstat.zfs.misc.state", MetricKind::kGauge, kStateLabels}}};

struct Subsystem {
  std::string_view prefix;
  std::string_view file;
};

constexpr std::array<Subsystem, 11> kSubsystems{{
    {"node_zfs_abd_", "abdstats"},
    {"node_zfs_arc_", "arcstats"},
    {"node_zfs_dbuf_", "dbuf_stats"},
    {"node_zfs_dmu_tx_", "dmu_tx"},
    {"node_zfs_dnode_", "dnodestats"},
    {"node_zfs_fm_", "fm"},
    {"node_zfs_vdev_cache_", "vdev_cache_stats"},
    {"node_zfs_vdev_mirror_", "vdev_mirror_stats"},
    {"node_zfs_xuio_", "xuio_stats"},
    {"node_zfs_zfetch_", "zfetchstats"},
    {"node_zfs_zil_", "zil"},
}};

constexpr std::array<std::string_view, 6> kStates{
    "online", "degraded", "faulted", "offline", "removed", "unavail"};

// ZFS names some of its counters with dashes, and some with dots before the last part.
std::string metric_name(std::string_view prefix, std::string_view field) {
  std::string out(prefix);
  field.remove_prefix(field.rfind('.') + 1);
  for (const char c : field) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += fits ? c : '_';
  }
  return out;
}

void add_fields(std::span<const KstatField> fields,
                std::string_view prefix,
                std::string_view file,
                SampleSet::LabelBlock labels,
                SampleSet& out) {
  for (const KstatField& field : fields) {
    const std::string help =
        std::string("kstat.zfs.misc.").append(file).append(".").append(field.name);
    const std::size_t family =
        out.add_family(metric_name(prefix, field.name), help, MetricKind::kUntyped);
    out.add(family, labels, static_cast<double>(field.value));
  }
}

}  // namespace

std::span<const MetricDesc> ZfsCollector::families() const noexcept {
  return kFamilies;
}

Status ZfsCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> names = list_names(root_);
  if (!names) {
    return missing_is_unavailable(std::move(names).error());
  }
  collect_machine(out);
  for (const std::string& pool : *names) {
    collect_pool(pool, out);
  }
  return Ok{};
}

void ZfsCollector::collect_machine(SampleSet& out) {
  for (const auto& [prefix, file] : kSubsystems) {
    if (const auto text = reader_.text(root_, file)) {
      add_fields(parse_kstat(*text).fields, prefix, file, SampleSet::kNoLabels, out);
    }
  }
}

// What is no directory has no such files.
void ZfsCollector::collect_pool(const std::string& pool, SampleSet& out) {
  const std::string directory = root_ + "/" + pool;
  if (const auto text = reader_.text(directory, "io")) {
    const auto labels = out.add_labels({{"zpool", pool}});
    add_fields(parse_kstat_io(*text), "node_zfs_zpool_", "io", labels, out);
  }
  add_state(pool, out);
  const Result<std::vector<std::string>> files = list_names(directory);
  if (!files) {
    return;
  }
  for (const std::string& file : *files) {
    if (file.starts_with("objset-")) {
      collect_dataset(pool, file, out);
    }
  }
}

void ZfsCollector::collect_dataset(const std::string& pool,
                                   const std::string& file,
                                   SampleSet& out) {
  const auto text = reader_.text(root_ + "/" + pool, file);
  if (!text) {
    return;
  }
  const Kstat kstat = parse_kstat(*text);
  const auto labels = out.add_labels({{"dataset", kstat.dataset}, {"zpool", pool}});
  add_fields(kstat.fields, "node_zfs_zpool_dataset_", "objset", labels, out);
}

void ZfsCollector::add_state(const std::string& pool, SampleSet& out) {
  const auto text = reader_.text(root_ + "/" + pool, "state");
  if (!text) {
    return;
  }
  std::string state(*text);
  std::ranges::transform(state, state.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  for (const std::string_view name : kStates) {
    out.add(0, out.add_labels({{"state", name}, {"zpool", pool}}), state == name ? 1 : 0);
  }
}

}  // namespace supercargo
