#include "collectors/node/sockstat.h"

#include <array>

#include <unistd.h>

#include "agent/base/text.h"

namespace supercargo {
namespace {

struct Documented {
  std::string_view protocol;
  std::string_view key;
};

constexpr std::array<Documented, 19> kDocumented{{
    {"TCP", "inuse"},      {"TCP", "orphan"},    {"TCP", "tw"},       {"TCP", "alloc"},
    {"TCP", "mem"},        {"TCP", "mem_bytes"}, {"UDP", "inuse"},    {"UDP", "mem"},
    {"UDP", "mem_bytes"},  {"RAW", "inuse"},     {"FRAG", "inuse"},   {"FRAG", "memory"},
    {"UDPLITE", "inuse"},  {"TCP6", "inuse"},    {"UDP6", "inuse"},   {"RAW6", "inuse"},
    {"UDPLITE6", "inuse"}, {"FRAG6", "inuse"},   {"FRAG6", "memory"},
}};

std::string_view suffix_of(std::string_view protocol, std::string_view key, std::string& out) {
  return out.assign(protocol).append("_").append(key);
}

std::string help_of(std::string_view protocol, std::string_view key) {
  return std::string("Number of ")
      .append(protocol)
      .append(" sockets in state ")
      .append(key)
      .append(".");
}

}  // namespace

// sockets: used 28
// TCP: inuse 7 orphan 0 tw 2 alloc 7 mem 378
Status parse_sockstat(std::string_view text, std::vector<SocketField>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    std::string_view protocol = take_word(line);
    if (!protocol.ends_with(':')) {
      continue;
    }
    protocol.remove_suffix(1);
    for (;;) {
      const std::string_view key = take_word(line);
      const std::optional<std::int64_t> value = parse_number<std::int64_t>(take_word(line));
      if (key.empty() || !value) {
        break;
      }
      out.push_back({protocol, key, static_cast<double>(*value)});
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "net/sockstat: no line \"<protocol>: <key> <number> ...\""};
  }
  return Ok{};
}

SockstatCollector::SockstatCollector(const HostPaths& host)
    : file_(host.proc + "/1/net/sockstat", FileEnd::kLess),
      file6_(host.proc + "/1/net/sockstat6", FileEnd::kLess),
      families_("node_sockstat_"),
      page_size_(static_cast<double>(::sysconf(_SC_PAGESIZE))) {
  families_.add("sockets_used", "Number of IPv4 sockets in use.", MetricKind::kGauge);
  for (const auto& [protocol, key] : kDocumented) {
    families_.add(suffix_of(protocol, key, suffix_), help_of(protocol, key), MetricKind::kGauge);
  }
}

Status SockstatCollector::collect(SampleSet& out) {
  Status status = collect_file(file_, out);
  Status status6 = collect_file(file6_, out);
  return status ? std::move(status6) : std::move(status);
}

Status SockstatCollector::collect_file(KernelFile& file, SampleSet& out) {
  Result<std::string_view> text = file.read();
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) {  // a host without this IP version
      return Ok{};
    }
    return std::move(text).error();
  }
  if (Status status = parse_sockstat(*text, fields_); !status) {
    return status;
  }
  for (const SocketField& field : fields_) {
    add_sample(field.protocol, field.key, field.value, out);
    if (field.key == "mem") {  // in pages
      add_sample(field.protocol, "mem_bytes", field.value * page_size_, out);
    }
  }
  return Ok{};
}

void SockstatCollector::add_sample(std::string_view protocol,
                                   std::string_view key,
                                   double value,
                                   SampleSet& out) {
  if (const auto family = families_.index(suffix_of(protocol, key, suffix_))) {
    out.add(*family, SampleSet::kNoLabels, value);
  }
}

}  // namespace supercargo
