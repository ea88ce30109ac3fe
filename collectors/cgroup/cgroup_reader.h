// One cgroup that is being read: its files by their meaning. Made anew for each reading; collect
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_sample.h"
#include "collectors/cgroup/memory_files.h"

namespace supercargo {

// Divided, not multiplied by 1e-6: the quotient is the double nearest to the decimal number, which
// is then written with as many digits as the kernel has.
inline constexpr double seconds_of_us(std::uint64_t microseconds) {
  return static_cast<double>(microseconds) / 1e6;
}

inline constexpr double seconds_of_ns(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e9;
}

// Of USER_HZ, which is 100 on all machines that Linux has.
inline constexpr double seconds_of_ticks(std::uint64_t ticks) {
  return static_cast<double>(ticks) / 100;
}

class CgroupReader {
 public:
  CgroupReader(std::string_view cgroup, CgroupFiles& files, ReadContext& context)
      : cgroup_(cgroup), files_(files), context_(context) {}

  // The file as `parse` understands it, or nothing; a text that it does not understand is counted.
  template <class Parse>
  auto read(CgroupFile file, Parse parse) -> decltype(parse(std::string_view())) {
    const std::optional<std::string_view> text = read_text(file);
    if (!text) {
      return std::nullopt;
    }
    auto parsed = parse(*text);
    count_odd(parsed.has_value());
    return parsed;
  }

  std::optional<std::uint64_t> read_value(CgroupFile file) {
    return read(file, parse_single_value);
  }

  // A limit: more than anybody has stands for none, and none is 0.
  double read_limit(CgroupFile file);

  // For parsers that fill a vector: they tell count_odd().
  std::optional<std::string_view> read_text(CgroupFile file) {
    return files_.read(file, cgroup_, context_);
  }

  void count_odd(bool understood) {
    if (!understood) {
      ++context_.errors;
    }
  }

  [[nodiscard]] bool is_root() const { return cgroup_ == "/"; }

 private:
  const std::string_view cgroup_;
  CgroupFiles& files_;
  ReadContext& context_;
};

// Both versions have pids.*, cgroup.procs and *.pressure.
void read_processes(CgroupReader& reader, CgroupSample& sample);
void read_pressure(CgroupReader& reader, CgroupSample& sample);

// What memory.stat says, the usage, and from both the working set.
void set_memory(const std::optional<MemoryStat>& stat,
                std::optional<std::uint64_t> usage,
                CgroupSample& sample);

}  // namespace supercargo
