// node_os_*: the host's distribution, from its /etc/os-release or /usr/lib/os-release.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"

namespace supercargo {

using OsRelease = std::map<std::string, std::string, std::less<>>;

// The assignments of an os-release file, without quotes and escapes. Odd lines are left out.
// Format: os-release(5).
[[nodiscard]] OsRelease parse_os_release(std::string_view text);

// "12.5 (x)" as 12.5: the number that a version begins with, or 0.
[[nodiscard]] double leading_version(std::string_view version);

class OsCollector final : public Collector {
 public:
  explicit OsCollector(HostPaths host) : host_(std::move(host)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "os"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  HostPaths host_;
  std::string text_;
};

}  // namespace supercargo
