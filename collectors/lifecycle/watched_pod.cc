#include "collectors/lifecycle/watched_pod.h"

#include <utility>

namespace supercargo {

// A count that went back is that of another cgroup of the same name.
std::uint64_t WatchedPod::read_oom_kills(ReadContext& context) {
  const std::optional<std::uint64_t> now = read_oom_kill_count(files, path, context);
  if (!now) {
    return 0;
  }
  if (!count && known_before) {
    shown = *now;
    count = now;
    return 0;
  }
  const std::uint64_t before = std::exchange(count, now).value_or(0);
  return *now >= before ? *now - before : *now;
}

}  // namespace supercargo
