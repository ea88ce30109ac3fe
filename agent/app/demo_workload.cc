#include "agent/app/demo_workload.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace supercargo {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCatchUpNs = 1'000'000'000;

fs::path log_path(const fs::path& log_root, const DemoContainer& container) {
  return log_root /
         fmt::format("{}_{}_{}", container.pod_namespace, container.pod, container.pod_uid) /
         container.container / "0.log";
}

void keep_first(Status& kept, Status status) {
  if (kept && !status) {
    kept = std::move(status);
  }
}

}  // namespace

DemoWorkload::DemoWorkload(fs::path log_root, const DemoOptions& options)
    : log_root_(std::move(log_root)), start_unix_ns_(options.start_unix_ns), random_(options.seed) {
  for (const DemoContainer& description : demo_containers()) {
    containers_.push_back({description,
                           DemoLogFile(log_path(log_root_, description), options.rotate_bytes),
                           /*next_event_ns=*/0});
  }
}

Status DemoWorkload::tick(SteadyTime now) {
  const bool first = !first_tick_;
  if (first) {
    first_tick_ = now;
  }
  const std::int64_t elapsed_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now - *first_tick_).count();
  Status result = Ok{};
  for (Container& container : containers_) {
    keep_first(result, write_due_events(container, elapsed_ns));
    if (first) {
      keep_first(result, link_container(container));
    }
  }
  return result;
}

std::vector<std::string> DemoWorkload::container_names() const {
  std::vector<std::string> names;
  for (const Container& container : containers_) {
    const DemoContainer& who = container.description;
    names.push_back(fmt::format("{}/{}/{}", who.pod_namespace, who.pod, who.container));
  }
  return names;
}

// `containers/<pod>_<namespace>_<container>-<id>.log`, the absolute link that kubelet makes.
Status DemoWorkload::link_container(const Container& container) const {
  const DemoContainer& who = container.description;
  const fs::path directory = log_root_.parent_path() / "containers";
  const fs::path link =
      directory /
      fmt::format("{}_{}_{}-{}.log", who.pod, who.pod_namespace, who.container, who.container_id);
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) {
    fs::create_symlink(fs::absolute(container.file.path()), link, error);
  }
  if (error && error != std::errc::file_exists) {
    return errno_error("link " + link.string(), error.value());
  }
  return Ok{};
}

Status DemoWorkload::write_due_events(Container& container, std::int64_t elapsed_ns) {
  const std::int64_t period_ns = container.description.period_ns;
  const std::int64_t oldest_ns = elapsed_ns - kCatchUpNs;
  if (container.next_event_ns < oldest_ns) {  // onto the container's grid again
    container.next_event_ns += (oldest_ns - container.next_event_ns) / period_ns * period_ns;
  }
  Status result = Ok{};
  for (; container.next_event_ns <= elapsed_ns; container.next_event_ns += period_ns) {
    keep_first(result, write_event(container));
  }
  return result;
}

Status DemoWorkload::write_event(Container& container) {
  event_.clear();
  container.description.event(random_, event_);
  std::int64_t unix_ns = start_unix_ns_ + container.next_event_ns;
  for (const DemoLine& line : event_) {
    Status written = container.file.append(unix_ns, line.stream, line.text);
    if (!written) {
      return written;
    }
    unix_ns += 1'000;  // no two lines of an event at the same time
    ++lines_written_;
  }
  return Ok{};
}

}  // namespace supercargo
