#include "collectors/node/tapestats.h"

#include <array>

#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"device"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

constexpr std::array<MetricDesc, 10> kFamilies{{
    {"node_tape_io_now",
     "The number of I/Os currently outstanding to this device.",
     MetricKind::kGauge,
     kLabels},
    counter("node_tape_io_time_seconds_total",
            "The amount of time spent waiting for all I/O to complete (including read and write). "
            "This includes tape movement commands such as seeking between file or set marks and "
            "implicit tape movement such as when rewind on close tape devices are used."),
    counter("node_tape_io_others_total",
            "The number of I/Os issued to the tape drive other than read or write commands. The "
            "time taken to complete these commands uses the following calculation "
            "io_time_seconds_total-read_time_seconds_total-write_time_seconds_total"),
    counter("node_tape_read_bytes_total", "The number of bytes read from the tape drive."),
    counter("node_tape_reads_completed_total",
            "The number of read requests issued to the tape drive."),
    counter("node_tape_read_time_seconds_total",
            "The amount of time spent waiting for read requests to complete."),
    counter("node_tape_residual_total",
            "The number of times during a read or write we found the residual amount to be "
            "non-zero. This should mean that a program is issuing a read larger thean the block "
            "size on tape. For write not all data made it to tape."),
    counter("node_tape_written_bytes_total", "The number of bytes written to the tape drive."),
    counter("node_tape_writes_completed_total",
            "The number of write requests issued to the tape drive."),
    counter("node_tape_write_time_seconds_total",
            "The amount of time spent waiting for write requests to complete."),
}};

constexpr double kNanoseconds = 1e9;
constexpr std::array<NumberAttribute, kFamilies.size()> kFiles{{
    {"in_flight"},
    {"io_ns", kNanoseconds},
    {"other_cnt"},
    {"read_byte_cnt"},
    {"read_cnt"},
    {"read_ns", kNanoseconds},
    {"resid_cnt"},
    {"write_byte_cnt"},
    {"write_cnt"},
    {"write_ns", kNanoseconds},
}};

}  // namespace

std::span<const MetricDesc> TapestatsCollector::families() const noexcept {
  return kFamilies;
}

// One drive has several nodes (st0, nst0, st0a), which count the same: only st0 is taken.
Status TapestatsCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  if (Result<std::vector<std::string>> all = list_names(devices_); !all) {
    return missing_is_unavailable(std::move(all).error());
  }
  for (const std::string& device : list_numbered(devices_, "st")) {
    if (filter_.selects(device)) {
      const auto labels = out.add_labels({{"device", device}});
      add_numbers(reader_, devices_ + "/" + device + "/stats", kFiles, 0, labels, out);
    }
  }
  return Ok{};
}

}  // namespace supercargo
