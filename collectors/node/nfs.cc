#include "collectors/node/nfs.h"

#include <array>

#include "collectors/node/rpc_stats.h"

namespace supercargo {
namespace {

enum Family : std::size_t {
  kPackets,
  kConnections,
  kRpcs,
  kRetransmissions,
  kAuthRefreshes,
  kRequests
};

constexpr std::array<std::string_view, 1> kProtocol{"protocol"};
constexpr std::array<std::string_view, 2> kMethodProto{"method", "proto"};
constexpr std::array<MetricDesc, 6> kFamilies{{
    {"node_nfs_packets_total",
     "Total NFSd network packets (sent+received) by protocol type.",
     MetricKind::kCounter,
     kProtocol},
    {"node_nfs_connections_total", "Total number of NFSd TCP connections.", MetricKind::kCounter},
    {"node_nfs_rpcs_total", "Total number of RPCs performed.", MetricKind::kCounter},
    {"node_nfs_rpc_retransmissions_total",
     "Number of RPC transmissions performed.",
     MetricKind::kCounter},
    {"node_nfs_rpc_authentication_refreshes_total",
     "Number of RPC authentication refreshes performed.",
     MetricKind::kCounter},
    {"node_nfs_requests_total",
     "Number of NFS procedures invoked.",
     MetricKind::kCounter,
     kMethodProto},
}};

constexpr std::size_t kNetNumbers = 4;  // packets, of them UDP, of them TCP; TCP connections
constexpr std::size_t kRpcNumbers = 3;

void add_line(const RpcLine& line, SampleSet& out) {
  const auto number = [&line](std::size_t i) { return static_cast<double>(line.numbers[i]); };
  if (line.key == "net" && line.numbers.size() >= kNetNumbers) {
    out.add(kPackets, out.add_labels({{"protocol", "udp"}}), number(1));
    out.add(kPackets, out.add_labels({{"protocol", "tcp"}}), number(2));
    out.add(kConnections, SampleSet::kNoLabels, number(3));
  } else if (line.key == "rpc" && line.numbers.size() >= kRpcNumbers) {
    for (std::size_t i = 0; i < kRpcNumbers; ++i) {
      out.add(kRpcs + i, SampleSet::kNoLabels, number(i));
    }
  } else if (line.key == "proc2") {
    add_rpc_methods(line, "2", kNfs2Methods, kRequests, out);
  } else if (line.key == "proc3") {
    add_rpc_methods(line, "3", kNfs3Methods, kRequests, out);
  } else if (line.key == "proc4") {
    add_rpc_methods(line, "4", kNfs4Methods, kRequests, out);
  }
}

}  // namespace

std::span<const MetricDesc> NfsCollector::families() const noexcept {
  return kFamilies;
}

Status NfsCollector::collect(SampleSet& out) {
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
