// node_processes_*: processes and threads of the host by state, from <proc>/[pid]/stat and
// task/*/stat. Off by default: a file for each process and thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/collector.h"
#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct TaskStat {
  char state = '?';  // the kernel's letter: R, S, D, Z, T, I, ...
  std::uint64_t threads = 0;
};

// The text of /proc/PID/stat or of a thread's; kParse when it is another's.
[[nodiscard]] Result<TaskStat> parse_task_stat(std::string_view text);

class ProcessesCollector final : public Collector {
 public:
  // Of a pass that takes longer than `budget` only what was read whole is told.
  explicit ProcessesCollector(const HostPaths& host, Milliseconds budget = Milliseconds(1000));

  [[nodiscard]] std::string_view name() const noexcept override { return "processes"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable when host.proc does not show all processes of the host: it is that of this agent's
  // own pid namespace, or mounted with hidepid.
  Status collect(SampleSet& out) override;

 private:
  using States = std::array<std::uint64_t, 128>;  // by the letter

  struct Process {
    std::uint32_t id;
    char state;
  };

  void count_process(std::string_view name);
  void count_threads(const Process& process);
  [[nodiscard]] Status read_processes();
  [[nodiscard]] bool late();

  const std::string proc_;
  const bool shown_;          // whether proc_ shows all processes of the host
  const bool own_namespace_;  // whether the agent itself is in their pid namespace
  const Milliseconds budget_;
  KernelFile pid_max_;
  KernelFile threads_max_;

  UniqueFd directory_;
  DirectoryReader processes_reader_;
  DirectoryReader threads_reader_;
  std::string path_;
  std::string text_;
  SteadyTime deadline_{};
  bool late_ = false;

  // Of the current pass.
  std::uint64_t process_count_ = 0;
  std::uint64_t thread_count_ = 0;
  States process_states_{};
  States thread_states_{};
  std::vector<Process> with_threads_;  // those that have more than one
};

}  // namespace supercargo
