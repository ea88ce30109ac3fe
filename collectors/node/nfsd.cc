#include "collectors/node/nfsd.h"

#include <array>

#include "collectors/node/rpc_stats.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kProto{"proto"};
constexpr std::array<std::string_view, 1> kError{"error"};
constexpr std::array<std::string_view, 2> kMethodProto{"method", "proto"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter};
}

constexpr std::array<MetricDesc, 14> kFamilies{{
    counter("node_nfsd_reply_cache_hits_total",
            "Total number of NFSd Reply Cache hits (client lost server response)."),
    counter("node_nfsd_reply_cache_misses_total",
            "Total number of NFSd Reply Cache an operation that requires caching (idempotent)."),
    counter("node_nfsd_reply_cache_nocache_total",
            "Total number of NFSd Reply Cache non-idempotent operations (rename/delete/…)."),
    counter("node_nfsd_file_handles_stale_total", "Total number of NFSd stale file handles"),
    counter("node_nfsd_disk_bytes_read_total", "Total NFSd bytes read."),
    counter("node_nfsd_disk_bytes_written_total", "Total NFSd bytes written."),
    {"node_nfsd_server_threads",
     "Total number of NFSd kernel threads that are running.",
     MetricKind::kGauge},
    {"node_nfsd_read_ahead_cache_size_blocks",
     "How large the read ahead cache is in blocks.",
     MetricKind::kGauge},
    counter("node_nfsd_read_ahead_cache_not_found_total",
            "Total number of NFSd read ahead cache not found."),
    counter("node_nfsd_connections_total", "Total number of NFSd TCP connections."),
    counter("node_nfsd_server_rpcs_total", "Total number of NFSd RPCs."),
    {"node_nfsd_packets_total",
     "Total NFSd network packets (sent+received) by protocol type.",
     MetricKind::kCounter,
     kProto},
    {"node_nfsd_rpc_errors_total",
     "Total number of NFSd RPC errors by error type.",
     MetricKind::kCounter,
     kError},
    {"node_nfsd_requests_total",
     "Total number NFSd Requests by method and protocol.",
     MetricKind::kCounter,
     kMethodProto},
}};

// Where the families without labels stand, in their order.
struct Place {
  std::string_view line;
  std::size_t index;
};

constexpr std::array<Place, 11> kPlaces{{
    {"rc", 0},
    {"rc", 1},
    {"rc", 2},
    {"fh", 0},
    {"io", 0},
    {"io", 1},
    {"th", 0},
    {"ra", 0},
    {"ra", 11},
    {"net", 3},
    {"rpc", 0},
}};

enum Family : std::size_t { kPackets = kPlaces.size(), kErrors, kRequests };

// The server does not count calls of NULL for node_exporter.
constexpr std::size_t kNull = 1;

void add_labelled(const RpcLine& line,
                  std::string_view label,
                  std::span<const std::string_view> values,
                  std::size_t first,
                  std::size_t family,
                  SampleSet& out) {
  for (std::size_t i = 0; i < values.size() && first + i < line.numbers.size(); ++i) {
    out.add(
        family, out.add_labels({{label, values[i]}}), static_cast<double>(line.numbers[first + i]));
  }
}

void add_methods(const RpcLine& line,
                 std::string_view proto,
                 std::span<const std::string_view> methods,
                 SampleSet& out) {
  RpcLine without_null = line;
  without_null.numbers.erase(without_null.numbers.begin());
  if (!without_null.numbers.empty()) {
    add_rpc_methods(without_null, proto, methods.subspan(kNull), kRequests, out);
  }
}

void add_line(const RpcLine& line, SampleSet& out) {
  for (std::size_t family = 0; family < kPlaces.size(); ++family) {
    const auto& [name, index] = kPlaces[family];
    if (name == line.key && index < line.numbers.size()) {
      out.add(family, SampleSet::kNoLabels, static_cast<double>(line.numbers[index]));
    }
  }
  constexpr std::array<std::string_view, 2> kTransports{"udp", "tcp"};
  constexpr std::array<std::string_view, 3> kErrorKinds{"fmt", "auth", "cInt"};
  if (line.key == "net") {
    add_labelled(line, "proto", kTransports, 1, kPackets, out);
  } else if (line.key == "rpc") {
    add_labelled(line, "error", kErrorKinds, 2, kErrors, out);
  } else if (line.key == "proc2") {
    add_methods(line, "2", kNfs2Methods, out);
  } else if (line.key == "proc3") {
    add_methods(line, "3", kNfs3Methods, out);
  } else if (line.key == "proc4ops") {
    add_rpc_methods(line, "4", kNfs4Operations, kRequests, out);
  }
}

}  // namespace

std::span<const MetricDesc> NfsdCollector::families() const noexcept {
  return kFamilies;
}

// rc 0 6 18622
// th 8 0 0.000 0.000 0.000
// proc4ops 72 0 0 0 1098 2 0 0 0 0 8179 5896 0 0 0 0 5900 0 0 2 0 2 0 9609 0 2 150 1272 ...
Status NfsdCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  for (const RpcLine& line : parse_rpc_stats(*text)) {
    add_line(line, out);
  }
  return Ok{};
}

}  // namespace supercargo
