#include "collectors/node/buddyinfo.h"

#include <string>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 3> kLabels{"node", "size", "zone"};
constexpr std::array<MetricDesc, 1> kFamilies{{{"node_buddyinfo_blocks",
                                                "Count of free blocks according to size.",
                                                MetricKind::kGauge,
                                                kLabels}}};

bool parse_zone(std::string_view line, BuddyZone& out) {
  if (take_word(line) != "Node") {
    return false;
  }
  out.node = trim(take_until(line, ','));
  if (!parse_u64(out.node) || take_word(line) != "zone") {
    return false;
  }
  out.zone = take_word(line);
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
    const std::optional<std::uint64_t> blocks = parse_u64(word);
    if (!blocks || out.orders == BuddyZone::kMaxOrders) {
      return false;
    }
    out.blocks[out.orders++] = *blocks;
  }
  return out.orders > 0;
}

}  // namespace

// Node 0, zone    DMA32    151    135    143    138    124    104     90     79     63     25 ...
Status parse_buddyinfo(std::string_view text, std::vector<BuddyZone>& out) {
  out.clear();
  while (!text.empty()) {
    BuddyZone zone{};
    if (parse_zone(take_until(text, '\n'), zone)) {
      out.push_back(zone);
    }
  }
  if (out.empty()) {
    return Error{ErrorCode::kParse, "buddyinfo: no line \"Node <number>, zone <name> ...\""};
  }
  return Ok{};
}

std::span<const MetricDesc> BuddyinfoCollector::families() const noexcept {
  return kFamilies;
}

Status BuddyinfoCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  if (Status status = parse_buddyinfo(*text, zones_); !status) {
    return status;
  }
  for (const BuddyZone& zone : zones_) {
    for (std::size_t order = 0; order < zone.orders; ++order) {
      const auto labels = out.add_labels(
          {{"node", zone.node}, {"size", std::to_string(order)}, {"zone", zone.zone}});
      out.add(0, labels, static_cast<double>(zone.blocks[order]));
    }
  }
  return Ok{};
}

}  // namespace supercargo
