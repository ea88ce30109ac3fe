#include "collectors/node/ipvs.h"

#include <map>
#include <optional>

#include <arpa/inet.h>

#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kConnections, kActive = 5, kInactive, kWeight };

constexpr std::array<std::string_view, 6> kLabels{
    "local_address", "local_mark", "local_port", "proto", "remote_address", "remote_port"};

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter};
}

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kLabels};
}

constexpr std::array<MetricDesc, 8> kFamilies{{
    counter("node_ipvs_connections_total", "The total number of connections made."),
    counter("node_ipvs_incoming_packets_total", "The total number of incoming packets."),
    counter("node_ipvs_outgoing_packets_total", "The total number of outgoing packets."),
    counter("node_ipvs_incoming_bytes_total", "The total amount of incoming data."),
    counter("node_ipvs_outgoing_bytes_total", "The total amount of outgoing data."),
    gauge("node_ipvs_backend_connections_active",
          "The current active connections by local and remote address."),
    gauge("node_ipvs_backend_connections_inactive",
          "The current inactive connections by local and remote address."),
    gauge("node_ipvs_backend_weight", "The current backend weight by local and remote address."),
}};

template <class Number>
std::optional<Number> parse_hex(std::string_view text) {
  Number value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> ipv4_text(std::string_view hex) {
  const auto address = hex.size() == 8 ? parse_hex<std::uint32_t>(hex) : std::nullopt;
  if (!address) {
    return std::nullopt;
  }
  const in_addr binary{htonl(*address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &binary, text.data(), text.size());
}

std::optional<std::string> ipv6_text(std::string_view brackets) {
  if (!brackets.starts_with('[') || !brackets.ends_with(']')) {
    return std::nullopt;
  }
  const std::string inner(brackets.substr(1, brackets.size() - 2));
  in6_addr binary{};
  if (::inet_pton(AF_INET6, inner.c_str(), &binary) != 1) {
    return std::nullopt;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, &binary, text.data(), text.size());
}

// "C0A80016:0CEA" or "[2620:0000:0000:0000:0000:0000:0000:0001]:0050"
bool parse_endpoint(std::string_view text, std::string& address, std::string& port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  const std::string_view host = text.substr(0, colon);
  const auto parsed = host.starts_with('[') ? ipv6_text(host) : ipv4_text(host);
  const auto number = parse_hex<std::uint16_t>(text.substr(colon + 1));
  if (!parsed || !number) {
    return false;
  }
  address = *parsed;
  port = std::to_string(*number);
  return true;
}

// A line of a virtual service, TCP, UDP or a firewall mark.
bool parse_service(std::string_view proto, std::string_view rest, IpvsBackend& service) {
  service = {};
  service.proto = proto;
  const std::string_view word = take_word(rest);
  if (proto == "FWM") {
    service.local_mark = word;
    service.local_port = "0";
    return true;
  }
  return parse_endpoint(word, service.local_address, service.local_port);
}

// The rest of a line "-> remote forward weight active inactive".
bool parse_backend(std::string_view rest, IpvsBackend& backend) {
  if (!parse_endpoint(take_word(rest), backend.remote_address, backend.remote_port)) {
    return false;
  }
  static_cast<void>(take_word(rest));
  const auto weight = parse_u64(take_word(rest));
  const auto active = parse_u64(take_word(rest));
  const auto inactive = parse_u64(take_word(rest));
  if (!weight || !active || !inactive) {
    return false;
  }
  backend.weight = *weight;
  backend.active = *active;
  backend.inactive = *inactive;
  return true;
}

std::string labels_of(const IpvsBackend& backend) {
  std::string out;
  append_label(out, "local_address", backend.local_address);
  append_label(out, "local_mark", backend.local_mark);
  append_label(out, "local_port", backend.local_port);
  append_label(out, "proto", backend.proto);
  append_label(out, "remote_address", backend.remote_address);
  append_label(out, "remote_port", backend.remote_port);
  return out;
}

}  // namespace

//    Total Incoming Outgoing         Incoming         Outgoing
//    Conns  Packets  Packets            Bytes            Bytes
//  16AA370 E33656E5        0     51D8C8883AB3                0
Result<std::array<std::uint64_t, 5>> parse_ipvs_stats(std::string_view text) {
  static_cast<void>(take_until(text, '\n'));
  static_cast<void>(take_until(text, '\n'));
  std::string_view line = take_until(text, '\n');
  std::array<std::uint64_t, 5> out{};
  for (std::uint64_t& value : out) {
    const auto number = parse_hex<std::uint64_t>(take_word(line));
    if (!number) {
      return Error{ErrorCode::kParse, "ip_vs_stats: expected five hexadecimal numbers in line 3"};
    }
    value = *number;
  }
  return out;
}

// TCP  C0A80016:0CEA wlc
//   -> C0A85216:0CEA      Tunnel  100    248        2
Result<std::vector<IpvsBackend>> parse_ipvs(std::string_view text) {
  std::vector<IpvsBackend> out;
  IpvsBackend service{};
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_until(text, '\n');
    const std::string_view word = take_word(line);
    bool good = true;
    if (word == "TCP" || word == "UDP" || word == "FWM") {
      good = parse_service(word, line, service);
    } else if (word == "->" && !trim(line).starts_with("RemoteAddress:Port")) {
      IpvsBackend backend = service;
      good = parse_backend(line, backend);
      out.push_back(std::move(backend));
    }
    if (!good) {
      return Error{ErrorCode::kParse, "ip_vs: odd line " + std::to_string(number)};
    }
  }
  return out;
}

std::span<const MetricDesc> IpvsCollector::families() const noexcept {
  return kFamilies;
}

Status IpvsCollector::collect(SampleSet& out) {
  Result<std::string_view> text = stats_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  const auto stats = parse_ipvs_stats(*text);
  if (!stats) {
    return stats.error();
  }
  for (std::size_t i = 0; i < stats->size(); ++i) {
    out.add(kConnections + i, SampleSet::kNoLabels, static_cast<double>((*stats)[i]));
  }
  text = backends_.read();
  if (!text) {
    return std::move(text).error();
  }
  auto backends = parse_ipvs(*text);
  if (!backends) {
    return std::move(backends).error();
  }
  std::map<std::string, IpvsBackend> sums;  // two schedulers may have the same pair
  for (const IpvsBackend& backend : *backends) {
    IpvsBackend& sum = sums[labels_of(backend)];
    sum.active += backend.active;
    sum.inactive += backend.inactive;
    sum.weight += backend.weight;
  }
  for (const auto& [block, sum] : sums) {
    const auto labels = out.add_labels(block);
    out.add(kActive, labels, static_cast<double>(sum.active));
    out.add(kInactive, labels, static_cast<double>(sum.inactive));
    out.add(kWeight, labels, static_cast<double>(sum.weight));
  }
  return Ok{};
}

}  // namespace supercargo
