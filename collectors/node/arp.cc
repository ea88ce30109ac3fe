#include "collectors/node/arp.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"device"};
constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_arp_entries", "ARP entries by device", MetricKind::kGauge, kLabels}}};

constexpr std::size_t kWordsBeforeDevice = 5;

}  // namespace

// IP address       HW type     Flags       HW address            Mask     Device
// 10.0.0.1         0x1         0x2         02:fc:00:00:00:05     *        eth0
Result<std::map<std::string, std::uint64_t, std::less<>>> parse_arp(std::string_view text) {
  if (!take_until(text, '\n').starts_with("IP address")) {
    return Error{ErrorCode::kParse, "net/arp: no header \"IP address ...\""};
  }
  std::map<std::string, std::uint64_t, std::less<>> out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    for (std::size_t i = 0; i < kWordsBeforeDevice; ++i) {
      static_cast<void>(take_word(line));
    }
    if (const std::string_view device = take_word(line); !device.empty()) {
      ++out.try_emplace(std::string(device), 0).first->second;
    }
  }
  return out;
}

std::span<const MetricDesc> ArpCollector::families() const noexcept {
  return kFamilies;
}

Status ArpCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  auto entries = parse_arp(*text);
  if (!entries) {
    return std::move(entries).error();
  }
  for (const auto& [device, count] : *entries) {
    if (filter_.selects(device)) {
      out.add(0, out.add_labels({{"device", device}}), static_cast<double>(count));
    }
  }
  return Ok{};
}

}  // namespace supercargo
