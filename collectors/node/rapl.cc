#include "collectors/node/rapl.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"
#include "collectors/node/attributes.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"index", "path"};
constexpr std::array<std::string_view, 3> kZoneLabels{"index", "path", "rapl_zone"};

constexpr MetricDesc zone(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter, kLabels};
}

// Other zones become families of their own when there are any.
constexpr std::array<MetricDesc, 6> kFamilies{{
    zone("node_rapl_core_joules_total", "Current RAPL core value in joules"),
    zone("node_rapl_dram_joules_total", "Current RAPL dram value in joules"),
    zone("node_rapl_package_joules_total", "Current RAPL package value in joules"),
    zone("node_rapl_psys_joules_total", "Current RAPL psys value in joules"),
    zone("node_rapl_uncore_joules_total", "Current RAPL uncore value in joules"),
    {"node_rapl_joules_total", "Current RAPL value in joules", MetricKind::kCounter, kZoneLabels},
}};

constexpr std::size_t kAllZones = kFamilies.size() - 1;
constexpr double kMicrojoules = 1e6;

std::string family_name(std::string_view zone_name) {
  std::string out = "node_rapl_";
  for (const char c : zone_name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += fits ? c : '_';
  }
  return out + "_joules_total";
}

std::size_t number_of(const std::string& family, const std::string& help, SampleSet& out) {
  const auto known = std::ranges::find(kFamilies, family, &MetricDesc::name);
  return known == kFamilies.end() ? out.add_family(family, help, MetricKind::kCounter)
                                  : static_cast<std::size_t>(known - kFamilies.begin());
}

}  // namespace

RaplName split_rapl_name(std::string_view text,
                         std::map<std::string, std::size_t, std::less<>>& used) {
  std::string name(text);
  const std::size_t dash = text.find('-');
  std::optional<std::size_t> index;
  if (dash != std::string_view::npos) {
    index = parse_number<std::uint32_t>(text.substr(dash + 1));
  }
  if (index) {
    name.resize(dash);
  }
  std::size_t& next = used[name];
  const std::size_t number = index.value_or(next);
  next = number + 1;
  return {std::move(name), number};
}

RaplCollector::RaplCollector(const NodeOptions& options)
    : zone_label_(options.config.rapl_enable_zone_label) {
  const std::string root = options.host.sys + "/class/powercap";
  const Result<std::vector<std::string>> entries = list_names(root);
  if (!entries) {
    return;
  }
  AttributeReader reader;
  std::map<std::string, std::size_t, std::less<>> used;
  for (const std::string& entry : *entries) {
    const std::string directory = path_in(root, entry);
    const auto text = reader.text(directory, "name");
    if (!text) {
      continue;  // intel-rapl itself, which holds the zones
    }
    const auto [name, index] = split_rapl_name(*text, used);
    std::string labels;
    append_label(labels, "index", std::to_string(index));
    append_label(labels, "path", "/sys/class/powercap/" + entry);
    if (zone_label_) {
      append_label(labels, "rapl_zone", name);
    }
    zones_.push_back({family_name(name),
                      "Current RAPL " + name + " value in joules",
                      std::move(labels),
                      KernelFile(directory + "/energy_uj", FileEnd::kLess)});
  }
}

std::span<const MetricDesc> RaplCollector::families() const noexcept {
  return kFamilies;
}

Status RaplCollector::collect(SampleSet& out) {
  Status status = Error{ErrorCode::kUnavailable, "no RAPL zones"};
  for (Zone& zone : zones_) {
    const Result<std::uint64_t> energy = read_number(zone.energy);
    if (!energy) {
      return Error{ErrorCode::kUnavailable, energy.error().message};
    }
    const std::size_t family = zone_label_ ? kAllZones : number_of(zone.family, zone.help, out);
    out.add(family, out.add_labels(zone.labels), static_cast<double>(*energy) / kMicrojoules);
    status = Ok{};
  }
  return status;
}

}  // namespace supercargo
