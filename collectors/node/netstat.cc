#include "collectors/node/netstat.h"

#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

struct Documented {
  std::string_view protocol;
  std::string_view key;
};

// What node_exporter's default pattern selects.
constexpr std::array<Documented, 43> kDocumented{{
    {"Icmp", "InErrors"},
    {"Icmp", "InMsgs"},
    {"Icmp", "OutMsgs"},
    {"Icmp6", "InErrors"},
    {"Icmp6", "InMsgs"},
    {"Icmp6", "OutMsgs"},
    {"Ip", "Forwarding"},
    {"Ip6", "InOctets"},
    {"Ip6", "OutOctets"},
    {"IpExt", "InOctets"},
    {"IpExt", "OutOctets"},
    {"Tcp", "ActiveOpens"},
    {"Tcp", "CurrEstab"},
    {"Tcp", "InErrs"},
    {"Tcp", "InSegs"},
    {"Tcp", "OutRsts"},
    {"Tcp", "OutSegs"},
    {"Tcp", "PassiveOpens"},
    {"Tcp", "RetransSegs"},
    {"TcpExt", "ListenDrops"},
    {"TcpExt", "ListenOverflows"},
    {"TcpExt", "SyncookiesFailed"},
    {"TcpExt", "SyncookiesRecv"},
    {"TcpExt", "SyncookiesSent"},
    {"TcpExt", "TCPOFOQueue"},
    {"TcpExt", "TCPRcvQDrop"},
    {"TcpExt", "TCPSynRetrans"},
    {"TcpExt", "TCPTimeouts"},
    {"Udp", "InDatagrams"},
    {"Udp", "InErrors"},
    {"Udp", "NoPorts"},
    {"Udp", "OutDatagrams"},
    {"Udp", "RcvbufErrors"},
    {"Udp", "SndbufErrors"},
    {"Udp6", "InDatagrams"},
    {"Udp6", "InErrors"},
    {"Udp6", "NoPorts"},
    {"Udp6", "OutDatagrams"},
    {"Udp6", "RcvbufErrors"},
    {"Udp6", "SndbufErrors"},
    {"UdpLite", "InErrors"},
    {"UdpLite6", "InErrors"},
    {"MPTcpExt", "InErrs"},
}};

void add_pair(std::string_view names, std::string_view values, std::vector<ProtocolField>& out) {
  std::string_view protocol = take_word(names);
  if (protocol != take_word(values) || !protocol.ends_with(':')) {
    return;
  }
  protocol.remove_suffix(1);
  for (;;) {
    const std::string_view key = take_word(names);
    const std::optional<double> value = parse_number<double>(take_word(values));
    if (key.empty() || !value) {
      return;
    }
    if (std::isfinite(*value)) {
      out.push_back({protocol, key, *value});
    }
  }
}

std::string_view full_key(std::string_view protocol, std::string_view key, std::string& out) {
  return out.assign(protocol).append("_").append(key);
}

}  // namespace

// Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens ...
// Tcp: 1 200 120000 -1 3008 ...
Status parse_net_snmp(std::string_view text, std::vector<ProtocolField>& out) {
  const std::size_t before = out.size();
  while (!text.empty()) {
    const std::string_view names = take_until(text, '\n');
    add_pair(names, take_until(text, '\n'), out);
  }
  if (out.size() == before) {
    return Error{ErrorCode::kParse, "net/snmp: no pair of lines of names and numbers"};
  }
  return Ok{};
}

// Ip6InReceives                   	9
// UdpLite6InErrors                	0
Status parse_net_snmp6(std::string_view text, std::vector<ProtocolField>& out) {
  const std::size_t before = out.size();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view word = take_word(line);
    const std::optional<double> value = parse_number<double>(take_word(line));
    const std::size_t six = word.find('6');
    if (six != std::string_view::npos && value && std::isfinite(*value)) {
      out.push_back({word.substr(0, six + 1), word.substr(six + 1), *value});
    }
  }
  if (out.size() == before) {
    return Error{ErrorCode::kParse, "net/snmp6: no line \"<protocol>6<key> <number>\""};
  }
  return Ok{};
}

NetstatCollector::NetstatCollector(const NodeOptions& options)
    : files_{KernelFile(options.host.proc + "/1/net/netstat", FileEnd::kLess),
             KernelFile(options.host.proc + "/1/net/snmp", FileEnd::kLess)},
      file6_(options.host.proc + "/1/net/snmp6", FileEnd::kLess),
      filter_(NameFilter::including(options.config.netstat_fields)),
      families_("node_netstat_") {
  const auto add_family = [this](std::string_view protocol, std::string_view key) {
    if (filter_.selects(full_key(protocol, key, key_))) {
      families_.add(key_,
                    std::string("Statistic ").append(protocol).append(key).append("."),
                    MetricKind::kUntyped);
    }
  };
  for (const Documented& field : kDocumented) {
    add_family(field.protocol, field.key);
  }
  if (read_fields()) {
    for (const ProtocolField& field : fields_) {
      add_family(field.protocol, field.key);
    }
  }
}

Status NetstatCollector::read_fields() {
  fields_.clear();
  Status status = Ok{};
  for (KernelFile& file : files_) {
    Result<std::string_view> text = file.read();
    Status parsed = text ? parse_net_snmp(*text, fields_) : Status(std::move(text).error());
    if (!parsed) {
      status = std::move(parsed);
    }
  }
  Result<std::string_view> text = file6_.read();
  if (text) {
    Status parsed = parse_net_snmp6(*text, fields_);
    return parsed ? std::move(status) : std::move(parsed);
  }
  if (text.error().code == ErrorCode::kNotFound) {  // a host without IPv6
    return status;
  }
  return std::move(text).error();
}

Status NetstatCollector::collect(SampleSet& out) {
  if (Status valid = filter_.status(); !valid) {
    return valid;
  }
  Status status = read_fields();
  for (const ProtocolField& field : fields_) {
    if (const auto family = families_.index(full_key(field.protocol, field.key, key_))) {
      out.add(*family, SampleSet::kNoLabels, field.value);
    }
  }
  return status;
}

}  // namespace supercargo
