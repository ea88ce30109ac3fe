// The agent's own process as client libraries describe theirs (process_*), its build, and its node.
//
// Owned by the Scraper's list like any collector; the collect thread calls collect().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/collector.h"

namespace supercargo {

struct BuildInfo {
  std::string version;
  std::string revision;  // may be empty: the label is left out
  std::string node;      // the name in the labels of logs; may be empty: the family is left out
};

class ProcessCollector final : public Collector {
 public:
  // `proc`: where this process' own /proc is mounted (not the host's).
  explicit ProcessCollector(BuildInfo build, std::string proc = "/proc");

  [[nodiscard]] std::string_view name() const noexcept override { return "process"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  Status add_stat(SampleSet& out);
  Status add_descriptors(SampleSet& out);

  const BuildInfo build_;
  const std::string proc_;
  std::optional<double> boot_time_;
  std::string buffer_;
};

struct ProcessStat {
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t start_ticks = 0;  // after boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

// /proc/PID/stat, proc(5): `42 (name that may hold ) and blanks) S 1 ...`
[[nodiscard]] Result<ProcessStat> parse_process_stat(std::string_view text);

// The soft limit in the line `Max open files  1024  4096  files` of /proc/PID/limits; nothing when
// it is unlimited or missing.
[[nodiscard]] std::optional<double> parse_max_open_files(std::string_view limits);

// Likewise of `Max address space`, in bytes; 2^64 - 1 when it is unlimited, which is what
// Prometheus' client libraries give.
[[nodiscard]] std::optional<double> parse_max_address_space(std::string_view limits);

}  // namespace supercargo
