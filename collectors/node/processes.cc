#include "collectors/node/processes.h"

#include <fcntl.h>

#include "agent/base/text.h"
#include "collectors/node/host_namespaces.h"

namespace supercargo {
namespace {

enum Family : std::size_t {
  kThreads,
  kMaxThreads,
  kThreadStates,
  kProcessStates,
  kProcesses,
  kMaxProcesses
};

constexpr std::array<std::string_view, 1> kState{"state"};
constexpr std::array<std::string_view, 1> kThreadState{"thread_state"};
constexpr std::array<MetricDesc, 6> kFamilies{{
    {"node_processes_threads", "Allocated threads in system", MetricKind::kGauge},
    {"node_processes_max_threads", "Limit of threads in the system", MetricKind::kGauge},
    {"node_processes_threads_state",
     "Number of threads in each state.",
     MetricKind::kGauge,
     kThreadState},
    {"node_processes_state", "Number of processes in each state.", MetricKind::kGauge, kState},
    {"node_processes_pids", "Number of PIDs", MetricKind::kGauge},
    {"node_processes_max_processes", "Number of max PIDs limit", MetricKind::kGauge},
}};

// What stands between the state and the number of threads.
constexpr int kFieldsBetween = 16;

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

template <std::size_t Size>
void add_states(const std::array<std::uint64_t, Size>& states,
                std::size_t family,
                std::string_view label,
                SampleSet& out) {
  for (std::size_t letter = 0; letter < Size; ++letter) {
    if (states[letter] > 0) {
      const char text = static_cast<char>(letter);
      out.add(family,
              out.add_labels({{label, std::string_view(&text, 1)}}),
              static_cast<double>(states[letter]));
    }
  }
}

Status add_number(KernelFile& file, std::size_t family, SampleSet& out) {
  Result<std::uint64_t> number = read_number(file);
  if (!number) {
    return std::move(number).error();
  }
  out.add(family, SampleSet::kNoLabels, static_cast<double>(*number));
  return Ok{};
}

}  // namespace

// 1234 (a (b) c) S 1 1234 1234 0 -1 4194560 2030 0 0 0 3 1 0 0 20 0 5 0 ...
Result<TaskStat> parse_task_stat(std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  std::string_view rest = name_end == std::string_view::npos ? "" : text.substr(name_end + 1);
  const std::string_view state = take_word(rest);
  for (int i = 0; i < kFieldsBetween; ++i) {
    static_cast<void>(take_word(rest));
  }
  const std::optional<std::uint64_t> threads = parse_u64(take_word(rest));
  if (state.size() != 1 || !is_letter(state.front()) || !threads) {
    return Error{ErrorCode::kParse, "stat: no line \"<pid> (<name>) <state> ...\""};
  }
  return TaskStat{state.front(), *threads};
}

ProcessesCollector::ProcessesCollector(const HostPaths& host, Milliseconds budget)
    : proc_(host.proc),
      shown_(shows_host_processes(host)),
      own_namespace_(in_host_pid_namespace(host)),
      budget_(budget),
      pid_max_(host.proc + "/sys/kernel/pid_max", FileEnd::kLess),
      threads_max_(host.proc + "/sys/kernel/threads-max", FileEnd::kLess) {}

std::span<const MetricDesc> ProcessesCollector::families() const noexcept {
  return kFamilies;
}

Status ProcessesCollector::collect(SampleSet& out) {
  if (!shown_) {
    return Error{ErrorCode::kUnavailable,
                 proc_ + " does not show all processes of the host: no hostPID, or hidepid"};
  }
  Status limits = add_number(threads_max_, kMaxThreads, out);
  // Since Linux 6.14 each pid namespace has a limit of its own, and reads that one.
  if (own_namespace_ && limits) {
    limits = add_number(pid_max_, kMaxProcesses, out);
  }
  if (Status status = read_processes(); !status) {
    return status;
  }
  if (late_) {
    return Error{ErrorCode::kIo, proc_ + ": too many processes to read all in time"};
  }
  out.add(kProcesses, SampleSet::kNoLabels, static_cast<double>(process_count_));
  out.add(kThreads, SampleSet::kNoLabels, static_cast<double>(thread_count_));
  add_states(process_states_, kProcessStates, "state", out);
  for (const Process& process : with_threads_) {
    count_threads(process);
  }
  if (late_) {
    return Error{ErrorCode::kIo, proc_ + ": too many threads to read all in time"};
  }
  add_states(thread_states_, kThreadStates, "thread_state", out);
  if (!own_namespace_) {
    return Error{ErrorCode::kUnavailable, "pid_max of the host: not in its pid namespace"};
  }
  return limits;
}

Status ProcessesCollector::read_processes() {
  late_ = false;
  deadline_ = steady_now() + budget_;
  process_count_ = thread_count_ = 0;
  process_states_.fill(0);
  thread_states_.fill(0);
  with_threads_.clear();
  if (!directory_) {
    Result<UniqueFd> opened = open_at(AT_FDCWD, proc_.c_str(), O_RDONLY | O_DIRECTORY);
    if (!opened) {
      return std::move(opened).error();
    }
    directory_ = std::move(*opened);
  }
  return processes_reader_.read(
      directory_.get(),
      [this](std::string_view name, DirectoryReader::Type) { count_process(name); });
}

// One that ended meanwhile is none.
void ProcessesCollector::count_process(std::string_view name) {
  const std::optional<std::uint32_t> id = parse_number<std::uint32_t>(name);
  if (!id || late()) {
    return;
  }
  path_.assign(name).append("/stat");
  if (!read_file_at(directory_.get(), path_.c_str(), text_)) {
    return;
  }
  const Result<TaskStat> stat = parse_task_stat(text_);
  if (!stat) {
    return;
  }
  ++process_count_;
  thread_count_ += stat->threads;
  ++process_states_[static_cast<std::size_t>(stat->state)];
  if (stat->threads > 1) {
    with_threads_.push_back({*id, stat->state});
  } else {
    ++thread_states_[static_cast<std::size_t>(stat->state)];
  }
}

// The first thread's state is the process'.
void ProcessesCollector::count_threads(const Process& process) {
  if (late()) {
    return;
  }
  const std::string directory = std::to_string(process.id).append("/task");
  const Result<UniqueFd> tasks =
      open_at(directory_.get(), directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (!tasks) {
    return;
  }
  const auto count = [this, &process, &tasks](std::string_view name, DirectoryReader::Type) {
    if (parse_number<std::uint32_t>(name) == process.id) {
      ++thread_states_[static_cast<std::size_t>(process.state)];
      return;
    }
    path_.assign(name).append("/stat");
    if (late() || !read_file_at(tasks->get(), path_.c_str(), text_)) {
      return;
    }
    if (const Result<TaskStat> stat = parse_task_stat(text_)) {
      ++thread_states_[static_cast<std::size_t>(stat->state)];
    }
  };
  static_cast<void>(threads_reader_.read(tasks->get(), count));  // it may have ended meanwhile
}

bool ProcessesCollector::late() {
  late_ = late_ || steady_now() >= deadline_;
  return late_;
}

}  // namespace supercargo
