// node_interrupts_total: interrupts by source and CPU, from <proc>/interrupts. Off by default: a
// series for each source and CPU.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct InterruptSource {
  std::string_view name;         // a number, or the kernel's short name: LOC
  std::string_view description;  // the rest of the line, with the file's blanks
};

struct Interrupts {
  std::vector<std::uint32_t> cpus;  // those that are online
  std::vector<InterruptSource> sources;
  std::vector<std::uint64_t> counts;  // of each source for each CPU
};

// Replaces `out`; views into `text`. Sources that are not counted by CPU (ERR, MIS) and odd lines
// are left out; kParse when the first line names no CPUs.
[[nodiscard]] Status parse_interrupts(std::string_view text, Interrupts& out);

class InterruptsCollector final : public Collector {
 public:
  explicit InterruptsCollector(const HostPaths& host) : file_(host.proc + "/interrupts") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "interrupts"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void describe(const InterruptSource& source);

  KernelFile file_;
  Interrupts interrupts_;
  // The labels of the current source but for the CPU's, and of the current sample.
  std::string source_labels_;
  std::string labels_;
  std::string words_;
};

}  // namespace supercargo
