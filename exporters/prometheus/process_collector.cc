#include "exporters/prometheus/process_collector.h"

#include <array>
#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "agent/base/boot_time.h"
#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kBuildLabels{"version", "revision"};
constexpr std::array<std::string_view, 1> kNodeLabels{"node"};

enum Family : std::uint8_t {
  kCpuSeconds,
  kResidentBytes,
  kVirtualBytes,
  kStartTime,
  kOpenFds,
  kMaxFds,
  kVirtualMost,
  kBuildInfo,
  kNodeInfo,
};

constexpr std::array<MetricDesc, 9> kFamilies{{
    {"process_cpu_seconds_total",
     "Total user and system CPU time spent in seconds.",
     MetricKind::kCounter},
    {"process_resident_memory_bytes", "Resident memory size in bytes.", MetricKind::kGauge},
    {"process_virtual_memory_bytes", "Virtual memory size in bytes.", MetricKind::kGauge},
    {"process_start_time_seconds",
     "Start time of the process since unix epoch in seconds.",
     MetricKind::kGauge},
    {"process_open_fds", "Number of open file descriptors.", MetricKind::kGauge},
    {"process_max_fds", "Maximum number of open file descriptors.", MetricKind::kGauge},
    {"process_virtual_memory_max_bytes",
     "Maximum amount of virtual memory available in bytes.",
     MetricKind::kGauge},
    {"supercargo_build_info",
     "1, with the agent's version, and its revision where the build knew it.",
     MetricKind::kGauge,
     kBuildLabels},
    {"supercargo_node_info",
     "1, with the name that this node has in the labels of its logs.",
     MetricKind::kGauge,
     kNodeLabels},
}};

constexpr double kUnlimited =
    18446744073709551615.0;  // RLIM_INFINITY, as Prometheus' libraries give

double ticks_to_seconds(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// The rest of the line that begins with `start`; lines are few, so a search will do.
std::optional<std::string_view> line_after(std::string_view text, std::string_view start) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.starts_with(start)) {
      line.remove_prefix(start.size());
      return line;
    }
  }
  return std::nullopt;
}

std::optional<double> first_number_after(std::string_view text, std::string_view start) {
  auto line = line_after(text, start);
  if (!line) {
    return std::nullopt;
  }
  const auto number = parse_u64(take_word(*line));
  return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
}

}  // namespace

Result<ProcessStat> parse_process_stat(std::string_view text) {
  constexpr std::size_t kFirstField = 3;  // what follows the name, as proc(5) counts
  constexpr std::size_t kUser = 14;
  constexpr std::size_t kSystem = 15;
  constexpr std::size_t kStart = 22;
  constexpr std::size_t kVirtual = 23;
  constexpr std::size_t kResident = 24;
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) {
    return Error{ErrorCode::kParse, "no name in parentheses"};
  }
  std::string_view rest = trim(text.substr(name_end + 1));
  ProcessStat stat;
  for (std::size_t field = kFirstField; field <= kResident; ++field) {
    const auto number = parse_u64(take_word(rest));
    std::uint64_t* const wanted = field == kUser       ? &stat.user_ticks
                                  : field == kSystem   ? &stat.system_ticks
                                  : field == kStart    ? &stat.start_ticks
                                  : field == kVirtual  ? &stat.virtual_bytes
                                  : field == kResident ? &stat.resident_pages
                                                       : nullptr;
    if (wanted == nullptr) {
      continue;
    }
    if (!number) {
      return Error{ErrorCode::kParse, "field " + std::to_string(field) + " is no number"};
    }
    *wanted = *number;
  }
  return stat;
}

std::optional<double> parse_max_open_files(std::string_view limits) {
  return first_number_after(limits, "Max open files");
}

std::optional<double> parse_max_address_space(std::string_view limits) {
  auto line = line_after(limits, "Max address space");
  if (!line) {
    return std::nullopt;
  }
  const std::string_view word = take_word(*line);
  if (word == "unlimited") {
    return kUnlimited;
  }
  const auto number = parse_u64(word);
  return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
}

ProcessCollector::ProcessCollector(BuildInfo build, std::string proc)
    : build_(std::move(build)), proc_(std::move(proc)) {}

std::span<const MetricDesc> ProcessCollector::families() const noexcept {
  return kFamilies;
}

Status ProcessCollector::collect(SampleSet& out) {
  const auto build =
      build_.revision.empty()
          ? out.add_labels({{"version", build_.version}})
          : out.add_labels({{"version", build_.version}, {"revision", build_.revision}});
  out.add(kBuildInfo, build, 1);
  if (!build_.node.empty()) {
    out.add(kNodeInfo, out.add_labels({{"node", build_.node}}), 1);
  }
  if (Status status = add_stat(out); !status) {
    return status;
  }
  return add_descriptors(out);
}

Status ProcessCollector::add_stat(SampleSet& out) {
  if (!boot_time_) {
    if (Status status = read_file((proc_ + "/stat").c_str(), buffer_); !status) {
      return status;
    }
    boot_time_ = parse_boot_time(buffer_);
  }
  const std::string path = proc_ + "/self/stat";
  if (Status status = read_file(path.c_str(), buffer_); !status) {
    return status;
  }
  const auto stat = parse_process_stat(buffer_);
  if (!stat) {
    return Error(stat.error()).with_context("read " + path);
  }
  const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const auto none = SampleSet::kNoLabels;
  out.add(kCpuSeconds, none, ticks_to_seconds(stat->user_ticks + stat->system_ticks));
  out.add(kResidentBytes, none, static_cast<double>(stat->resident_pages) * page_bytes);
  out.add(kVirtualBytes, none, static_cast<double>(stat->virtual_bytes));
  if (boot_time_) {
    out.add(kStartTime, none, *boot_time_ + ticks_to_seconds(stat->start_ticks));
  }
  return Ok{};
}

Status ProcessCollector::add_descriptors(SampleSet& out) {
  std::error_code error;
  std::filesystem::directory_iterator entry(proc_ + "/self/fd", error);
  std::size_t open = 0;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++open;
  }
  if (error) {
    return errno_error("list " + proc_ + "/self/fd", error.value());
  }
  out.add(kOpenFds, SampleSet::kNoLabels, static_cast<double>(open));
  if (Status status = read_file((proc_ + "/self/limits").c_str(), buffer_); !status) {
    return status;
  }
  if (const auto most = parse_max_open_files(buffer_)) {
    out.add(kMaxFds, SampleSet::kNoLabels, *most);
  }
  if (const auto most = parse_max_address_space(buffer_)) {
    out.add(kVirtualMost, SampleSet::kNoLabels, *most);
  }
  return Ok{};
}

}  // namespace supercargo
