#include "collectors/node/selinux.h"

#include <array>

#include <fcntl.h>

#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kConfigMode, kCurrentMode, kEnabled };

constexpr std::array<MetricDesc, 3> kFamilies{{
    {"node_selinux_config_mode", "Configured SELinux enforcement mode", MetricKind::kGauge},
    {"node_selinux_current_mode", "Current SELinux enforcement mode", MetricKind::kGauge},
    {"node_selinux_enabled", "SELinux is enabled, 1 is true, 0 is false", MetricKind::kGauge},
}};

}  // namespace

// # comment
// SELINUX=enforcing
// SELINUXTYPE=targeted
int parse_selinux_config(std::string_view text) {
  while (!text.empty()) {
    std::string_view value = trim(take_until(text, '\n'));
    if (trim(take_until(value, '=')) != "SELINUX") {
      continue;
    }
    value = trim(value);
    return value == "enforcing" ? 1 : value == "permissive" ? 0 : -1;
  }
  return -1;
}

std::span<const MetricDesc> SelinuxCollector::families() const noexcept {
  return kFamilies;
}

Status SelinuxCollector::collect(SampleSet& out) {
  const auto current = reader_.number(host_.sys + "/fs/selinux", "enforce");
  out.add(kEnabled, SampleSet::kNoLabels, current ? 1 : 0);
  if (!current) {
    return Ok{};
  }
  out.add(kCurrentMode, SampleSet::kNoLabels, *current);
  std::string text;
  if (Result<UniqueFd> fd = host_.open_in_root("/etc/selinux/config", O_RDONLY | O_NONBLOCK)) {
    if (Status status = read_all(fd->get(), text); !status) {
      return status;
    }
  }
  out.add(kConfigMode, SampleSet::kNoLabels, parse_selinux_config(text));
  return Ok{};
}

}  // namespace supercargo
