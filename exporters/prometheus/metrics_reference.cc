#include "exporters/prometheus/metrics_reference.h"

#include "exporters/prometheus/metric_unit.h"
#include "exporters/prometheus/selection.h"

namespace supercargo {
namespace {

std::string_view kind_name(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return "counter";
    case MetricKind::kGauge:
      return "gauge";
    case MetricKind::kHistogram:
      return "histogram";
    case MetricKind::kSummary:
      return "summary";
    case MetricKind::kUntyped:
      break;
  }
  return "untyped";
}

// A bar would end the table's cell, an angle bracket would begin a tag.
void append_cell(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '\\') {
      out += '\\';
    }
    out += c == '\n' ? ' ' : c;
  }
}

void append_row(std::string& out, const MetricDesc& desc, std::string_view source) {
  out.append("| `").append(desc.name).append("` | ").append(kind_name(desc.kind)).append(" | ");
  std::string_view separator;
  for (const std::string_view label : desc.labels) {
    out.append(separator).append("`").append(label).append("`");
    separator = ", ";
  }
  out.append(" | ").append(unit_of(desc.name));
  out.append(" | ").append(profile_name(profile_of(desc.name))).append(" | ");
  append_cell(out, desc.help);
  out += " | ";
  append_cell(out, desc.source.empty() ? source : desc.source);
  out += " |\n";
}

}  // namespace

std::string metrics_reference_markdown(std::span<const ReferenceSection> sections) {
  std::string out =
      "# Metrics\n\n"
      "Printed by the agent from the tables that drive its code. Names that an original exporter\n"
      "has mean what they mean there; `supercargo_*` names are Supercargo's own. The profile is "
      "the\n"
      "smallest value of `metrics.profile` that shows the family. What has no unit is counted. "
      "Files\n"
      "of container families stand in the cgroup's directory, of version 2 where nothing else is "
      "said.\n";
  for (const ReferenceSection& section : sections) {
    if (section.families.empty()) {
      continue;
    }
    out.append("\n## ").append(section.collector).append("\n\n");
    out +=
        "| Name | Type | Labels | Unit | Profile | Meaning | Source |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const MetricDesc& desc : section.families) {
      append_row(out, desc, section.source);
    }
  }
  return out;
}

}  // namespace supercargo
