#include "collectors/node/bonding.h"

#include <array>

#include "agent/base/text.h"
#include "collectors/node/host_namespaces.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kSlaves, kActive };

constexpr std::array<std::string_view, 1> kLabels{"master"};
constexpr std::array<MetricDesc, 2> kFamilies{{
    {"node_bonding_slaves",
     "Number of configured slaves per bonding interface.",
     MetricKind::kGauge,
     kLabels},
    {"node_bonding_active",
     "Number of active slaves per bonding interface.",
     MetricKind::kGauge,
     kLabels},
}};

}  // namespace

BondingCollector::BondingCollector(const HostPaths& host)
    : devices_(host.sys + "/class/net"), is_host_(sysfs_shows_host_network(host)) {}

std::span<const MetricDesc> BondingCollector::families() const noexcept {
  return kFamilies;
}

// bond0/lower_eth0/bonding_slave/mii_status: "up"; kernels before 3.13 call the link slave_eth0.
bool BondingCollector::is_up(std::string_view device, std::string_view slave) {
  for (const std::string_view link : {"lower_", "slave_"}) {
    std::string file(link);
    file.append(slave).append("/bonding_slave/mii_status");
    if (const auto state = reader_.text(device, file)) {
      return *state == "up";
    }
  }
  return false;
}

// bonding_masters: "bond0 int"; bond0/bonding/slaves: "eth0 eth4"
Status BondingCollector::collect(SampleSet& out) {
  const auto masters = reader_.text(devices_, "bonding_masters");
  if (!is_host_ || !masters) {
    return Error{ErrorCode::kUnavailable, "no bonding devices of the host are to be seen"};
  }
  std::string names(*masters);
  std::string_view rest = names;
  for (auto master = take_word(rest); !master.empty(); master = take_word(rest)) {
    const std::string device = devices_ + "/" + std::string(master);
    const std::string slaves(reader_.text_or_empty(device, "bonding/slaves"));
    std::string_view others = slaves;
    std::size_t count = 0;
    std::size_t active = 0;
    for (auto slave = take_word(others); !slave.empty(); slave = take_word(others)) {
      ++count;
      active += is_up(device, slave) ? 1U : 0U;
    }
    const auto labels = out.add_labels({{"master", master}});
    out.add(kSlaves, labels, static_cast<double>(count));
    out.add(kActive, labels, static_cast<double>(active));
  }
  return Ok{};
}

}  // namespace supercargo
