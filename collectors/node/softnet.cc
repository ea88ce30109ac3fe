#include "collectors/node/softnet.h"

#include <array>
#include <string>

#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kProcessed, kDropped, kSqueezed, kReceivedRps, kFlowLimit, kBacklog };

constexpr std::array<std::string_view, 1> kCpu{"cpu"};
constexpr std::array<MetricDesc, 6> kFamilies{{
    {"node_softnet_processed_total", "Number of processed packets", MetricKind::kCounter, kCpu},
    {"node_softnet_dropped_total", "Number of dropped packets", MetricKind::kCounter, kCpu},
    {"node_softnet_times_squeezed_total",
     "Number of times processing packets ran out of quota",
     MetricKind::kCounter,
     kCpu},
    {"node_softnet_received_rps_total",
     "Number of times cpu woken up received_rps",
     MetricKind::kCounter,
     kCpu},
    {"node_softnet_flow_limit_count_total",
     "Number of times flow limit has been reached",
     MetricKind::kCounter,
     kCpu},
    {"node_softnet_backlog_len", "Softnet backlog status", MetricKind::kGauge, kCpu},
}};

// The columns that are used.
constexpr std::size_t kReceivedRpsColumn = 9;
constexpr std::size_t kFlowLimitColumn = 10;
constexpr std::size_t kBacklogColumn = 11;
constexpr std::size_t kCpuColumn = 12;  // Linux 5.10; before it the line's number tells the CPU
constexpr std::size_t kColumns = 13;

std::optional<std::uint32_t> parse_hex(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

// 000b327f 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 ...
Status parse_softnet_stat(std::string_view text, std::vector<SoftnetCpu>& out) {
  out.clear();
  for (std::uint32_t row = 0; !text.empty(); ++row) {
    std::string_view line = take_until(text, '\n');
    std::array<std::optional<std::uint32_t>, kColumns> columns;
    for (std::optional<std::uint32_t>& column : columns) {
      column = parse_hex(take_word(line));
    }
    if (columns[0] && columns[1] && columns[2]) {
      out.push_back({columns[kCpuColumn].value_or(row),
                     *columns[0],
                     *columns[1],
                     *columns[2],
                     columns[kReceivedRpsColumn],
                     columns[kFlowLimitColumn],
                     columns[kBacklogColumn]});
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "net/softnet_stat: no line of hexadecimal numbers"};
  }
  return Ok{};
}

std::span<const MetricDesc> SoftnetCollector::families() const noexcept {
  return kFamilies;
}

Status SoftnetCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  if (Status status = parse_softnet_stat(*text, cpus_); !status) {
    return status;
  }
  for (const SoftnetCpu& cpu : cpus_) {
    const SampleSet::LabelBlock labels = out.add_labels({{"cpu", std::to_string(cpu.cpu)}});
    out.add(kProcessed, labels, cpu.processed);
    out.add(kDropped, labels, cpu.dropped);
    out.add(kSqueezed, labels, cpu.times_squeezed);
    if (cpu.received_rps) {
      out.add(kReceivedRps, labels, *cpu.received_rps);
    }
    if (cpu.flow_limit_count) {
      out.add(kFlowLimit, labels, *cpu.flow_limit_count);
    }
    if (cpu.backlog_packets) {
      out.add(kBacklog, labels, *cpu.backlog_packets);
    }
  }
  return Ok{};
}

}  // namespace supercargo
