#include "collectors/node/thermal_zone.h"

#include <array>

namespace supercargo {
namespace {

enum Family : std::size_t { kTemperature, kCooling };

constexpr std::array<std::string_view, 2> kZoneLabels{"type", "zone"};
constexpr std::array<std::string_view, 2> kCoolingLabels{"name", "type"};
constexpr std::array<MetricDesc, 3> kFamilies{{
    {"node_thermal_zone_temp", "Zone temperature in Celsius", MetricKind::kGauge, kZoneLabels},
    {"node_cooling_device_cur_state",
     "Current throttle state of the cooling device",
     MetricKind::kGauge,
     kCoolingLabels},
    {"node_cooling_device_max_state",
     "Maximum throttle state of the cooling device",
     MetricKind::kGauge,
     kCoolingLabels},
}};

constexpr std::array<NumberAttribute, 1> kZoneFiles{{{"temp", 1000}}};
constexpr std::array<NumberAttribute, 2> kCoolingFiles{{{"cur_state"}, {"max_state"}}};

constexpr std::string_view kZone = "thermal_zone";
constexpr std::string_view kDevice = "cooling_device";

}  // namespace

std::span<const MetricDesc> ThermalZoneCollector::families() const noexcept {
  return kFamilies;
}

Status ThermalZoneCollector::collect(SampleSet& out) {
  for (const std::string& name : list_numbered(directory_, kZone)) {
    const std::string zone = directory_ + "/" + name;
    const auto labels = out.add_labels({{"type", reader_.text_or_empty(zone, "type")},
                                        {"zone", std::string_view(name).substr(kZone.size())}});
    add_numbers(reader_, zone, kZoneFiles, kTemperature, labels, out);
  }
  for (const std::string& name : list_numbered(directory_, kDevice)) {
    const std::string device = directory_ + "/" + name;
    const auto labels = out.add_labels({{"name", std::string_view(name).substr(kDevice.size())},
                                        {"type", reader_.text_or_empty(device, "type")}});
    add_numbers(reader_, device, kCoolingFiles, kCooling, labels, out);
  }
  return Ok{};
}

}  // namespace supercargo
