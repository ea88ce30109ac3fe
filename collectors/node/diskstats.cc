#include "collectors/node/diskstats.h"

#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kDevice{"device"};
constexpr std::array<std::string_view, 8> kInfoLabels{
    "device", "major", "minor", "model", "path", "revision", "serial", "wwn"};
constexpr std::array<std::string_view, 5> kFilesystemLabels{
    "device", "type", "usage", "uuid", "version"};
constexpr std::array<std::string_view, 6> kMapperLabels{
    "device", "lv_layer", "lv_name", "name", "uuid", "vg_name"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kDevice};
}

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kDevice};
}

// The first ones in the order of DiskStats::counters.
constexpr std::array<MetricDesc, 23> kFamilies{{
    counter("node_disk_reads_completed_total", "The total number of reads completed successfully."),
    counter("node_disk_reads_merged_total", "The total number of reads merged."),
    counter("node_disk_read_bytes_total", "The total number of bytes read successfully."),
    counter("node_disk_read_time_seconds_total", "The total number of seconds spent by all reads."),
    counter("node_disk_writes_completed_total",
            "The total number of writes completed successfully."),
    counter("node_disk_writes_merged_total", "The number of writes merged."),
    counter("node_disk_written_bytes_total", "The total number of bytes written successfully."),
    counter("node_disk_write_time_seconds_total",
            "This is the total number of seconds spent by all writes."),
    gauge("node_disk_io_now", "The number of I/Os currently in progress."),
    counter("node_disk_io_time_seconds_total", "Total seconds spent doing I/Os."),
    counter("node_disk_io_time_weighted_seconds_total",
            "The weighted # of seconds spent doing I/Os."),
    counter("node_disk_discards_completed_total",
            "The total number of discards completed successfully."),
    counter("node_disk_discards_merged_total", "The total number of discards merged."),
    counter("node_disk_discarded_sectors_total",
            "The total number of sectors discarded successfully."),
    counter("node_disk_discard_time_seconds_total",
            "This is the total number of seconds spent by all discards."),
    counter("node_disk_flush_requests_total",
            "The total number of flush requests completed successfully"),
    counter("node_disk_flush_requests_time_seconds_total",
            "This is the total number of seconds spent by all flush requests."),
    {"node_disk_info", "Info of /sys/block/<block_device>.", MetricKind::kGauge, kInfoLabels},
    {"node_disk_filesystem_info",
     "Info about disk filesystem.",
     MetricKind::kGauge,
     kFilesystemLabels},
    {"node_disk_device_mapper_info",
     "Info about disk device mapper.",
     MetricKind::kGauge,
     kMapperLabels},
    gauge("node_disk_ata_write_cache", "ATA disk has a write cache."),
    gauge("node_disk_ata_write_cache_enabled", "ATA disk has its write cache enabled."),
    gauge("node_disk_ata_rotation_rate_rpm", "ATA disk rotation rate in RPMs (0 for SSDs)."),
}};

enum Family : std::size_t {
  kInfo = DiskStats::kCounters,
  kFilesystem,
  kMapper,
  kWriteCache,
  kWriteCacheEnabled,
  kRotationRate
};

enum class Unit : std::uint8_t { kCount, kSectors, kMilliseconds };

// Discarded sectors stay sectors: that is how node_exporter has them.
constexpr std::array<Unit, DiskStats::kCounters> kUnits{Unit::kCount,
                                                        Unit::kCount,
                                                        Unit::kSectors,
                                                        Unit::kMilliseconds,
                                                        Unit::kCount,
                                                        Unit::kCount,
                                                        Unit::kSectors,
                                                        Unit::kMilliseconds,
                                                        Unit::kCount,
                                                        Unit::kMilliseconds,
                                                        Unit::kMilliseconds,
                                                        Unit::kCount,
                                                        Unit::kCount,
                                                        Unit::kCount,
                                                        Unit::kMilliseconds,
                                                        Unit::kCount,
                                                        Unit::kMilliseconds};

constexpr double kSectorBytes = 512;  // in this file, whatever the device's own sector is
constexpr std::size_t kFewestCounters = 11;

double in_base_unit(std::uint64_t value, Unit unit) {
  const double number = static_cast<double>(value);
  if (unit == Unit::kSectors) {
    return number * kSectorBytes;
  }
  return unit == Unit::kMilliseconds ? number / 1000 : number;
}

void add_number(SampleSet& out,
                std::size_t family,
                SampleSet::LabelBlock labels,
                std::string_view text) {
  const std::optional<double> value = parse_number<double>(text);
  if (value && std::isfinite(*value)) {
    out.add(family, labels, *value);
  }
}

}  // namespace

//  254       0 vda 64334 11830 4524410 30106 83580 10441 18195360 89672 0 17044 126876 4896 86 ...
void parse_diskstats(std::string_view text, std::vector<DiskStats>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::optional<std::uint32_t> major = parse_number<std::uint32_t>(take_word(line));
    const std::optional<std::uint32_t> minor = parse_number<std::uint32_t>(take_word(line));
    if (!major || !minor) {
      continue;
    }
    DiskStats disk{*major, *minor, take_word(line), 0, {}};
    while (disk.count < DiskStats::kCounters) {
      const std::optional<std::uint64_t> value = parse_u64(take_word(line));
      if (!value) {
        break;
      }
      disk.counters[disk.count++] = *value;
    }
    if (disk.count >= kFewestCounters) {
      out.push_back(disk);
    }
  }
}

DiskstatsCollector::DiskstatsCollector(const NodeOptions& options)
    : host_(options.host),
      file_(options.host.proc + "/diskstats", FileEnd::kLessThanPage),
      filter_(options.config.diskstats_device_include, options.config.diskstats_device_exclude) {}

std::span<const MetricDesc> DiskstatsCollector::families() const noexcept {
  return kFamilies;
}

Status DiskstatsCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  parse_diskstats(*text, disks_);
  for (const DiskStats& disk : disks_) {
    if (!filter_.selects(disk.device)) {
      continue;
    }
    const SampleSet::LabelBlock labels = out.add_labels({{"device", disk.device}});
    for (std::size_t i = 0; i < disk.count; ++i) {
      out.add(i, labels, in_base_unit(disk.counters[i], kUnits[i]));
    }
    udev_.read_block_device(host_, disk.major, disk.minor);
    add_udev_families(disk, out);
  }
  return Ok{};
}

void DiskstatsCollector::add_udev_families(const DiskStats& disk, SampleSet& out) {
  out.add(kInfo,
          out.add_labels({{"device", disk.device},
                          {"major", std::to_string(disk.major)},
                          {"minor", std::to_string(disk.minor)},
                          {"model", udev_.get("ID_MODEL")},
                          {"path", udev_.get("ID_PATH")},
                          {"revision", udev_.get("ID_REVISION")},
                          {"serial", udev_.get("ID_SERIAL_SHORT")},
                          {"wwn", udev_.get("ID_WWN")}}),
          1);
  if (const std::string_view type = udev_.get("ID_FS_TYPE"); !type.empty()) {
    out.add(kFilesystem,
            out.add_labels({{"device", disk.device},
                            {"type", type},
                            {"usage", udev_.get("ID_FS_USAGE")},
                            {"uuid", udev_.get("ID_FS_UUID")},
                            {"version", udev_.get("ID_FS_VERSION")}}),
            1);
  }
  if (const std::string_view name = udev_.get("DM_NAME"); !name.empty()) {
    out.add(kMapper,
            out.add_labels({{"device", disk.device},
                            {"lv_layer", udev_.get("DM_LV_LAYER")},
                            {"lv_name", udev_.get("DM_LV_NAME")},
                            {"name", name},
                            {"uuid", udev_.get("DM_UUID")},
                            {"vg_name", udev_.get("DM_VG_NAME")}}),
            1);
  }
  if (!udev_.get("ID_ATA").empty()) {
    const SampleSet::LabelBlock labels = out.add_labels({{"device", disk.device}});
    add_number(out, kWriteCache, labels, udev_.get("ID_ATA_WRITE_CACHE"));
    add_number(out, kWriteCacheEnabled, labels, udev_.get("ID_ATA_WRITE_CACHE_ENABLED"));
    add_number(out, kRotationRate, labels, udev_.get("ID_ATA_ROTATION_RATE_RPM"));
  }
}

}  // namespace supercargo
