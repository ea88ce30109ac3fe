// node_hwmon_*: temperatures, voltages, fans and power of the monitoring chips, from
// <sys>/class/hwmon.
//
// Common families are documented; a chip may have others, which become late families.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"
#include "collectors/node/field_families.h"

namespace supercargo {

class HwmonCollector final : public Collector {
 public:
  explicit HwmonCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "hwmon"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  [[nodiscard]] bool has_late_families() const noexcept override { return true; }

  Status collect(SampleSet& out) override;

 private:
  // The values of one sensor, by element; the view is of a directory's listing.
  struct Sensor {
    std::string kind;
    std::map<std::string, std::string> values;
  };

  using Sensors = std::map<std::string, Sensor>;

  void read_sensors(const std::string& directory, Sensors& sensors);
  void collect_chip(const std::string& directory, SampleSet& out);
  void collect_sensor(const std::string& chip,
                      const std::string& name,
                      const Sensor& sensor,
                      SampleSet& out);
  [[nodiscard]] std::string chip_name(const std::string& directory);

  std::string chips_;
  FieldFamilies families_;
  AttributeReader reader_;
};

}  // namespace supercargo
