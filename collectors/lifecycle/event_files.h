// The files that events of containers are written to, for the log engine to read like any other:
// `<directory>/<namespace>_<pod>_<uid>/<container>/0.log`, lines as the kubelet's runtime writes
// them. What no output has read waits there, also over a restart of the agent.
//
// Owned by the thread of ContainerWatch. Bounded: a file is renamed when it is full, the one before
// it is deleted; all together hold at most `max_bytes`, the oldest go first. A line that cannot be
// written is counted, never waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/result.h"
#include "collectors/lifecycle/lifecycle_event.h"

namespace supercargo {

// Stands for the container in the path of an event of a pod; no container can be called so.
inline constexpr std::string_view kNoContainerDirectory = "-";

struct EventFileLimits {
  std::uint64_t file_bytes = 64 << 10;
  std::uint64_t max_bytes = 8 << 20;
  std::uint64_t max_files = 1'000;
  std::chrono::seconds keep{120};  // of a file that was not written to, and that all have read
};

class EventFiles {
 public:
  explicit EventFiles(std::string directory, EventFileLimits limits = {});

  // False when the line could not be written; the cause is logged now and then.
  bool append(const LifecycleEvent& event);

  // Deletes what nobody wants any more: files that are old while `all_read` says so, and the oldest
  // beyond the bounds. Returns how many were deleted beyond the bounds.
  std::uint64_t clean(std::int64_t now_ns, const std::function<bool()>& all_read);

  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  Status write(const std::string& path, std::string_view line);
  [[nodiscard]] Status rotate_if_full(const std::string& path,
                                      std::size_t more,
                                      std::int64_t now_ns) const;

  const std::string directory_;
  const EventFileLimits limits_;
  LogLimiter trouble_;
};

}  // namespace supercargo
