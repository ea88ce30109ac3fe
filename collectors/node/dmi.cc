#include "collectors/node/dmi.h"

#include <array>

#include "collectors/node/attributes.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 20> kLabels{
    "bios_date",      "bios_release",   "bios_vendor",     "bios_version",    "board_asset_tag",
    "board_name",     "board_serial",   "board_vendor",    "board_version",   "chassis_asset_tag",
    "chassis_serial", "chassis_vendor", "chassis_version", "product_family",  "product_name",
    "product_serial", "product_sku",    "product_uuid",    "product_version", "system_vendor"};

constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_dmi_info",
      "A metric with a constant '1' value labeled by bios_date, bios_release, bios_vendor, "
      "bios_version, board_asset_tag, board_name, board_serial, board_vendor, board_version, "
      "chassis_asset_tag, chassis_serial, chassis_vendor, chassis_version, product_family, "
      "product_name, product_serial, product_sku, product_uuid, product_version, system_vendor if "
      "provided by DMI.",
      MetricKind::kGauge,
      kLabels}}};

}  // namespace

DmiCollector::DmiCollector(const HostPaths& host) {
  AttributeReader reader;
  for (const std::string_view label : kLabels) {
    const std::string_view file = label == "system_vendor" ? "sys_vendor" : label;
    if (const auto text = reader.text(host.sys + "/class/dmi/id", file)) {
      append_label(labels_, label, firmware_text(*text));
    }
  }
}

std::span<const MetricDesc> DmiCollector::families() const noexcept {
  return kFamilies;
}

Status DmiCollector::collect(SampleSet& out) {
  if (labels_.empty()) {
    return Error{ErrorCode::kUnavailable, "no DMI"};
  }
  out.add(0, out.add_labels(labels_), 1);
  return Ok{};
}

}  // namespace supercargo
