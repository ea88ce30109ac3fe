#include "collectors/node/mdadm.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kState, kDisks, kRequired, kBlocks, kSynced };

constexpr std::array<std::string_view, 1> kDevice{"device"};
constexpr std::array<std::string_view, 2> kDeviceState{"device", "state"};
constexpr std::array<MetricDesc, 5> kFamilies{{
    {"node_md_state", "Indicates the state of md-device.", MetricKind::kGauge, kDeviceState},
    {"node_md_disks",
     "Number of active/failed/spare disks of device.",
     MetricKind::kGauge,
     kDeviceState},
    {"node_md_disks_required", "Total number of disks of device.", MetricKind::kGauge, kDevice},
    {"node_md_blocks", "Total number of blocks on device.", MetricKind::kGauge, kDevice},
    {"node_md_blocks_synced", "Number of blocks synced on device.", MetricKind::kGauge, kDevice},
}};

// In the order of MdDevice::State.
constexpr std::array<std::string_view, MdDevice::kOther> kStateNames{
    "active", "inactive", "recovering", "resync", "check"};

std::uint64_t count(std::string_view text, std::string_view what) {
  std::uint64_t found = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) {
    ++found;
  }
  return found;
}

// The first line of the next ones that speaks of an operation, without taking a line of the next
// device.
std::string_view operation_line(std::string_view rest) {
  while (rest.starts_with(' ')) {
    const std::string_view line = take_until(rest, '\n');
    for (const std::string_view word : {"recovery", "resync", "check"}) {
      if (line.find(word) != line.npos) {
        return line;
      }
    }
  }
  return {};
}

// "[3/2]" in the status line: required and active.
bool parse_disks(std::string_view status, MdDevice& device) {
  for (std::size_t at = status.find('['); at != status.npos; at = status.find('[', at + 1)) {
    std::string_view numbers = status.substr(at + 1);
    numbers = take_until(numbers, ']');
    const auto required = parse_u64(take_until(numbers, '/'));
    const auto active = parse_u64(numbers);
    if (required && active) {
      device.disks_required = *required;
      device.disks_active = *active;
      return true;
    }
  }
  return false;
}

// "[=>...]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec" or
// "resync=DELAYED"
bool parse_operation(std::string_view line, MdDevice& device) {
  const auto has = [line](std::string_view word) { return line.find(word) != line.npos; };
  device.state = has("recovery") ? MdDevice::kRecovering
                 : has("check")  ? MdDevice::kCheck
                                 : MdDevice::kResync;
  device.blocks_synced = 0;
  if (has("PENDING") || has("DELAYED")) {
    return true;
  }
  std::string_view progress = line.substr(std::min(line.find('('), line.size()));
  progress.remove_prefix(progress.empty() ? 0 : 1);
  const auto synced = parse_u64(take_until(progress, '/'));
  device.blocks_synced = synced.value_or(0);
  return synced.has_value();
}

// The lines after the device's own.
bool parse_status(std::string_view device_line, std::string_view rest, MdDevice& device) {
  std::string_view line = take_until(rest, '\n');
  std::string_view status = line;
  const auto blocks = parse_u64(take_word(status));
  if (!blocks) {
    return false;
  }
  device.blocks = device.blocks_synced = *blocks;
  const auto has = [device_line](std::string_view word) {
    return device_line.find(word) != device_line.npos;
  };
  if (has("raid0") || has("linear")) {
    device.disks_required = device.disks_active = count(device_line, "[");
  } else if (!has("inactive") && !parse_disks(status, device)) {
    return false;
  }
  const std::string_view operation = operation_line(rest);
  return operation.empty() || parse_operation(operation, device);
}

}  // namespace

// Personalities : [raid1] [raid6]
// md127 : active raid1 sdb1[2](F) sda1[0]
//       312319552 blocks [2/1] [U_]
//       [===>.................]  recovery = 16.9% (52852480/312319552) finish=60.3min
//       bitmap: 0/3 pages [0KB], 65536KB chunk
//
// unused devices: <none>
Result<std::vector<MdDevice>> parse_mdstat(std::string_view text) {
  std::vector<MdDevice> out;
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    std::string_view words = line;
    const std::string_view name = take_word(words);
    if (name.empty() || line.starts_with(' ') || name == "Personalities" || name == "unused") {
      continue;
    }
    const bool has_colon = take_word(words) == ":";
    const std::string_view state = take_word(words);
    MdDevice device{name, MdDevice::kOther, 0, 0, count(line, "(F)"), count(line, "(S)"), 0, 0};
    device.state = state == "active"     ? MdDevice::kActive
                   : state == "inactive" ? MdDevice::kInactive
                                         : MdDevice::kOther;
    if (!has_colon || !parse_status(line, text, device)) {
      return Error{ErrorCode::kParse, "mdstat: odd lines of " + std::string(name.substr(0, 32))};
    }
    out.push_back(device);
  }
  return out;
}

std::span<const MetricDesc> MdadmCollector::families() const noexcept {
  return kFamilies;
}

Status MdadmCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  Result<std::vector<MdDevice>> devices = parse_mdstat(*text);
  if (!devices) {
    return std::move(devices).error();
  }
  for (const MdDevice& device : *devices) {
    const auto add_with_state = [&](Family family, std::string_view state, std::uint64_t value) {
      const auto labels = out.add_labels({{"device", device.name}, {"state", state}});
      out.add(family, labels, static_cast<double>(value));
    };
    for (std::size_t state = 0; state < kStateNames.size(); ++state) {
      add_with_state(kState, kStateNames[state], state == device.state ? 1 : 0);
    }
    add_with_state(kDisks, "active", device.disks_active);
    add_with_state(kDisks, "failed", device.disks_failed);
    add_with_state(kDisks, "spare", device.disks_spare);
    const auto labels = out.add_labels({{"device", device.name}});
    out.add(kRequired, labels, static_cast<double>(device.disks_required));
    out.add(kBlocks, labels, static_cast<double>(device.blocks));
    out.add(kSynced, labels, static_cast<double>(device.blocks_synced));
  }
  return Ok{};
}

}  // namespace supercargo
