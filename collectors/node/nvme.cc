#include "collectors/node/nvme.h"

#include <array>

#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 5> kLabels{
    "device", "firmware_revision", "model", "serial", "state"};

constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_nvme_info",
      "Non-numeric data from /sys/class/nvme/<device>, value is always 1.",
      MetricKind::kGauge,
      kLabels}}};

}  // namespace

std::span<const MetricDesc> NvmeCollector::families() const noexcept {
  return kFamilies;
}

Status NvmeCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> devices = list_names(devices_);
  if (!devices) {
    return missing_is_unavailable(std::move(devices).error());
  }
  for (const std::string& device : *devices) {
    const std::string directory = devices_ + "/" + device;
    std::string labels;
    for (const std::string_view label : kLabels) {
      const std::string_view file = label == "firmware_revision" ? "firmware_rev" : label;
      append_label(
          labels, label, label == "device" ? device : reader_.text_or_empty(directory, file));
    }
    out.add(0, out.add_labels(labels), 1);
  }
  return Ok{};
}

}  // namespace supercargo
