#include "collectors/node/conntrack.h"

#include <algorithm>
#include <string>
#include <vector>

#include "agent/base/text.h"
#include "collectors/node/host_namespaces.h"

namespace supercargo {
namespace {

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge};
}

// Gauges, also where they count: that is how node_exporter has them.
constexpr std::array<MetricDesc, 2 + ConntrackStats::kColumns> kFamilies{{
    gauge("node_nf_conntrack_entries",
          "Number of currently allocated flow entries for connection tracking."),
    gauge("node_nf_conntrack_entries_limit", "Maximum size of connection tracking table."),
    gauge("node_nf_conntrack_stat_found", "Number of searched entries which were successful."),
    gauge("node_nf_conntrack_stat_invalid", "Number of packets seen which can not be tracked."),
    gauge("node_nf_conntrack_stat_ignore",
          "Number of packets seen which are already connected to a conntrack entry."),
    gauge("node_nf_conntrack_stat_insert", "Number of entries inserted into the list."),
    gauge("node_nf_conntrack_stat_insert_failed",
          "Number of entries for which list insertion was attempted but failed."),
    gauge("node_nf_conntrack_stat_drop", "Number of packets dropped due to conntrack failure."),
    gauge("node_nf_conntrack_stat_early_drop",
          "Number of dropped conntrack entries to make room for new ones, if maximum table size "
          "was reached."),
    gauge("node_nf_conntrack_stat_search_restart",
          "Number of conntrack table lookups which had to be restarted due to hashtable resizes."),
}};

// The kernel's names of ConntrackStats::Column.
constexpr std::array<std::string_view, ConntrackStats::kColumns> kNames{"found",
                                                                        "invalid",
                                                                        "ignore",
                                                                        "insert",
                                                                        "insert_failed",
                                                                        "drop",
                                                                        "early_drop",
                                                                        "search_restart"};

// For each column of the file, the index in kNames, or kNames.size().
std::vector<std::size_t> columns_of(std::string_view header) {
  std::vector<std::size_t> out;
  for (std::string_view name = take_word(header); !name.empty(); name = take_word(header)) {
    out.push_back(static_cast<std::size_t>(std::ranges::find(kNames, name) - kNames.begin()));
  }
  return out;
}

void add_row(std::string_view line,
             const std::vector<std::size_t>& columns,
             ConntrackStats& stats) {
  for (const std::size_t column : columns) {
    const std::string_view word = take_word(line);
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
    if (error != std::errc{} || stop != word.data() + word.size()) {
      return;
    }
    if (column < kNames.size()) {
      stats.values[column] += value;
    }
  }
}

}  // namespace

// entries  clashres found new invalid ignore delete chainlength insert insert_failed drop ...
// 00000000  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 ...
Result<ConntrackStats> parse_conntrack_stat(std::string_view text) {
  const std::vector<std::size_t> columns = columns_of(take_until(text, '\n'));
  if (std::ranges::find(columns, std::size_t{ConntrackStats::kInsert}) == columns.end()) {
    return Error{ErrorCode::kParse, "net/stat/nf_conntrack: no column \"insert\""};
  }
  ConntrackStats stats;
  while (!text.empty()) {
    add_row(take_until(text, '\n'), columns, stats);
  }
  return stats;
}

ConntrackCollector::ConntrackCollector(const HostPaths& host)
    : is_host_(in_host_network(host)),
      sysctls_{KernelFile(host.proc + "/sys/net/netfilter/nf_conntrack_count", FileEnd::kLess),
               KernelFile(host.proc + "/sys/net/netfilter/nf_conntrack_max", FileEnd::kLess)},
      stat_(host.proc + "/1/net/stat/nf_conntrack", FileEnd::kLessThanPage) {}

std::span<const MetricDesc> ConntrackCollector::families() const noexcept {
  return kFamilies;
}

Status ConntrackCollector::collect(SampleSet& out) {
  if (!is_host_) {
    return Error{ErrorCode::kUnavailable, "not in the host's network namespace"};
  }
  for (std::size_t family = 0; family < sysctls_.size(); ++family) {
    Result<std::uint64_t> value = read_number(sysctls_[family]);
    if (!value) {
      return missing_is_unavailable(std::move(value).error());  // conntrack is not loaded
    }
    out.add(family, SampleSet::kNoLabels, static_cast<double>(*value));
  }
  Result<std::string_view> text = stat_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  Result<ConntrackStats> stats = parse_conntrack_stat(*text);
  if (!stats) {
    return std::move(stats).error();
  }
  for (std::size_t i = 0; i < ConntrackStats::kColumns; ++i) {
    out.add(sysctls_.size() + i, SampleSet::kNoLabels, static_cast<double>(stats->values[i]));
  }
  return Ok{};
}

}  // namespace supercargo
