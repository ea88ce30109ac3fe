// node_power_supply_*: batteries, chargers and mains, from <sys>/class/power_supply.
// Format: https://www.kernel.org/doc/html/latest/power/power_supply_class.html.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/attributes.h"
#include "collectors/node/field_families.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

class PowerSupplyCollector final : public Collector {
 public:
  explicit PowerSupplyCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "powersupplyclass"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override {
    return families_.families();
  }

  Status collect(SampleSet& out) override;

 private:
  void collect_supply(const std::string& name, SampleSet& out);

  std::string supplies_;
  NameFilter filter_;
  FieldFamilies families_;
  AttributeReader reader_;
};

}  // namespace supercargo
