#include "collectors/node/vmstat.h"

#include <array>
#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 7> kDocumented{
    "pgpgin", "pgpgout", "pswpin", "pswpout", "pgfault", "pgmajfault", "oom_kill"};

}  // namespace

// pgpgin 2183050
// oom_kill 0
Status parse_vmstat(std::string_view text, std::vector<VmstatField>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view key = take_word(line);
    const std::optional<double> value = parse_number<double>(take_word(line));
    if (value && std::isfinite(*value)) {
      out.push_back({key, *value});
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "vmstat: no line \"<key> <number>\""};
  }
  return Ok{};
}

VmstatCollector::VmstatCollector(std::string path, std::string_view fields)
    : file_(std::move(path), FileEnd::kLessThanPage),
      filter_(NameFilter::including(fields)),
      families_("node_vmstat_") {
  for (const std::string_view key : kDocumented) {
    add_family(key);
  }
  const Result<std::string_view> text = file_.read();
  if (text && parse_vmstat(*text, fields_)) {
    for (const VmstatField& field : fields_) {
      add_family(field.key);
    }
  }
}

void VmstatCollector::add_family(std::string_view key) {
  if (filter_.selects(key)) {
    families_.add(key,
                  std::string("/proc/vmstat information field ").append(key).append("."),
                  MetricKind::kUntyped);
  }
}

Status VmstatCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  if (Status status = parse_vmstat(*text, fields_); !status) {
    return status;
  }
  for (const VmstatField& field : fields_) {
    if (const auto family = families_.index(field.key)) {
      out.add(*family, SampleSet::kNoLabels, field.value);
    }
  }
  return Ok{};
}

}  // namespace supercargo
