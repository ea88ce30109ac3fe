// One container's cgroup as ContainerWatch follows it: from its directory's birth until its last
// figures are told.
//
// Owned by ContainerWatch, on its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_reader.h"
#include "collectors/cgroup/cpu_files.h"
#include "collectors/kubernetes/cgroup_path.h"
#include "collectors/lifecycle/lifecycle_event.h"
#include "collectors/lifecycle/usage_window.h"

namespace supercargo {

class WatchedContainer {
 public:
  // `was_there`: before the watch began, nobody saw it start.
  WatchedContainer(std::string cgroup, std::int64_t started_ns, bool was_there, SteadyTime now);

  // Reads CPU and memory for the second `at`.
  void sample(ReadContext& context, std::uint32_t at, SteadyTime now);

  // Reads what tells how it ends, as long as it can be read: CPU, the kernel's own memory peak.
  void read_last(ReadContext& context);

  // How many more processes the kernel has killed in it than at the last call. What was killed
  // before the watch began is not counted.
  [[nodiscard]] std::uint64_t read_oom_kills(ReadContext& context);

  // Looks again for files that were not there yet.
  void forget_missing() { files_.forget_missing(); }

  // The first one in it that the agent can see; 0: none.
  [[nodiscard]] std::uint32_t first_process(ReadContext& context) const;

  // False when the count of killed processes cannot be read any more.
  [[nodiscard]] bool tells_kills(ReadContext& context);

  // Gives its descriptors back: the cgroup is gone.
  void close(ReadContext& context) { files_.close(context); }

  [[nodiscard]] FinalSample final_sample() const;

  const std::string path;
  const CgroupPath parsed;  // a view into `path`
  const std::int64_t start_ns;
  const bool known_before;

  std::optional<ContainerName> name;          // once /var/log tells it
  std::shared_ptr<const std::string> labels;  // rendered, with the name
  bool start_told = false;
  std::int64_t end_ns = 0;             // 0: it runs
  std::int64_t told_ns = 0;            // the time of its last event
  std::uint64_t oom_kills = 0;         // since the watch began
  std::uint64_t untold_oom_kills = 0;  // of those, not told for want of a name
  std::uint32_t process = 0;           // whose end is waited for (v1); 0: none was seen
  bool last_kills_read = false;        // after it had ended

  UsageWindow window;
  std::optional<double> throttled_seconds;  // where there is a quota

 private:
  struct Usage {
    std::optional<double> cpu_seconds;
    std::uint64_t periods = 0;
    std::uint64_t throttled_periods = 0;
  };

  [[nodiscard]] std::optional<CpuStat> read_cpu_stat(CgroupReader& reader, bool v1);
  [[nodiscard]] Usage read_cpu(ReadContext& context);
  void note_cpu(const Usage& usage);
  void add_cpu(const Usage& usage, double elapsed_seconds, UsageSecond& second) const;

  CgroupFiles files_;
  SteadyTime cpu_read_;                // when the values below were
  std::optional<double> cpu_seconds_;  // at the last reading; what is new begins at 0
  bool cpu_was_read_ = false;
  int reads_until_stat_ = 0;  // v1
  std::uint64_t periods_ = 0;
  std::uint64_t throttled_periods_ = 0;
  std::uint64_t memory_peak_bytes_ = 0;
  std::optional<std::uint64_t> oom_kills_read_;
};

// memory.events (v2) or memory.oom_control (v1) of the cgroup.
[[nodiscard]] std::optional<std::uint64_t> read_oom_kill_count(CgroupFiles& files,
                                                               const std::string& cgroup,
                                                               ReadContext& context);

}  // namespace supercargo
