// /proc/stat: the times of each CPU and the kernel's counters since boot.
//
// ProcStatFile is shared by the cpu and the stat collector, so that the file (slow to produce on
// machines with many interrupts) is read once per pass. Collect thread only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/node/kernel_file.h"

namespace supercargo {

inline constexpr double kUserHz = 100;  // the unit of times in /proc, on every architecture we run

struct CpuTicks {
  // In the order of the file.
  enum Mode { kUser, kNice, kSystem, kIdle, kIowait, kIrq, kSoftirq, kSteal, kGuest, kGuestNice };

  static constexpr std::size_t kModes = 10;

  std::uint32_t cpu = 0;
  std::array<std::uint64_t, kModes> ticks{};  // fields that an old kernel lacks are 0
};

struct ProcStat {
  std::vector<CpuTicks> cpus;  // those that are online
  std::optional<std::uint64_t> interrupts;
  std::optional<std::uint64_t> context_switches;
  std::optional<std::uint64_t> boot_time;
  std::optional<std::uint64_t> forks;
  std::optional<std::uint64_t> running;
  std::optional<std::uint64_t> blocked;
  std::string_view softirqs;  // the numbers of that line, a view into the text
};

// Replaces `out`. kParse when nothing in the text is known.
[[nodiscard]] Status parse_proc_stat(std::string_view text, ProcStat& out);

class ProcStatFile {
 public:
  enum class User : std::uint8_t { kCpu, kStat };

  explicit ProcStatFile(std::string path) : file_(std::move(path), FileEnd::kLess) {}

  // What the file says. One reading serves each user once, so both get the same in a pass and
  // nobody gets an old one twice. Valid until the next call.
  [[nodiscard]] Result<const ProcStat*> take(User user);

 private:
  KernelFile file_;
  ProcStat stat_;
  std::array<bool, 2> fresh_{};
};

}  // namespace supercargo
