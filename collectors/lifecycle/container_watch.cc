#include "collectors/lifecycle/container_watch.h"

#include <algorithm>
#include <utility>

#include <sys/resource.h>

namespace supercargo {
namespace {

constexpr Milliseconds kLookInterval{1'000};
// On v1, between two looks at the node's count of kills; the end of a container is told by inotify,
// and the count is looked at then, too.
constexpr Milliseconds kKillLook{250};
constexpr Milliseconds kProcessLook{20};  // while a new container has no process yet

std::size_t files_to_keep(std::size_t most) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  return std::min(most, static_cast<std::size_t>(limit.rlim_cur / 8));
}

std::uint32_t second_of(SteadyTime time) {
  return static_cast<std::uint32_t>(
             std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count()) +
         1;
}

}  // namespace

Result<std::unique_ptr<ContainerWatch>> ContainerWatch::open(ContainerWatchOptions options,
                                                             std::shared_ptr<LifecycleBoard> board,
                                                             std::shared_ptr<EventOutlet> outlet) {
  Result<Hierarchy> hierarchy = Hierarchy::open(options.host);
  if (!hierarchy) {
    return std::move(hierarchy).error();
  }
  return std::unique_ptr<ContainerWatch>(new ContainerWatch(
      std::move(options), std::move(board), std::move(outlet), std::move(*hierarchy)));
}

ContainerWatch::ContainerWatch(ContainerWatchOptions options,
                               std::shared_ptr<LifecycleBoard> board,
                               std::shared_ptr<EventOutlet> outlet,
                               Hierarchy hierarchy)
    : options_(std::move(options)),
      board_(std::move(board)),
      outlet_(std::move(outlet)),
      hierarchy_(std::move(hierarchy)),
      context_{hierarchy_, {}, {}, files_to_keep(options_.max_open_files)},
      notifier_(hierarchy_.walk_root()),
      index_(options_.host, /*node_name=*/{}, options_.log_directory),
      node_kills_(options_.host.proc) {
  notifier_.watch_children("/");  // where the cgroup of all pods is made
}

bool ContainerWatch::turn(Now now) {
  turned_ = now.steady;
  bool quiet = true;
  count_kills_of_exits(now);
  const bool whole = notifier_.drain([&](CgroupNotifier::What what, std::string_view cgroup) {
    quiet = false;
    handle(what, cgroup, now);
  });
  const bool walks = !whole || now.steady >= next_walk_;
  if (walks) {
    walk(now);
  }
  watch_exits(now);
  const bool looks = now.steady >= next_look_;
  const std::optional<std::uint64_t> killed = v2() ? std::nullopt : node_kills_.take();
  if (!v2() && quiet && !walks && !looks && killed.value_or(0) == 0) {
    return false;
  }
  if (looks) {
    next_look_ = std::max(next_look_ + kLookInterval, now.steady + kLookInterval / 2);
    watch_kills_again();
  }
  if (v2()) {
    count_kills(/*all=*/walks);
  } else {
    count_kills_v1(killed, now);
  }
  find_names(/*all=*/walks, now);
  if (looks) {
    sample(now);
  }
  for (auto& [uid, pod] : pods_) {
    settle_unattributed(pod, now);
  }
  for (const auto& [path, container] : live_) {
    tell_starts_and_kills(*container, now);
  }
  tell_ends(now);
  tell_sums();
  if (walks) {
    forget(now);
  }
  if (std::exchange(changed_, false)) {
    publish(now);
  }
  return !quiet || !whole;
}

SteadyTime ContainerWatch::next_turn() const {
  if (!v2()) {
    const Milliseconds pause = unwatched_.empty() ? kKillLook : kProcessLook;
    return live_.empty() ? next_look_ : std::min(turned_ + pause, next_look_);
  }
  const bool looks = options_.peaks || looks_often_ || !notified_pods_.empty();
  return looks ? std::min(next_walk_, next_look_) : next_walk_;
}

// Sandboxes, which never have a name, are not worth the reading.
void ContainerWatch::sample(Now now) {
  if (!options_.peaks) {
    return;
  }
  const std::uint32_t at = second_of(now.steady);
  for (const auto& [path, container] : live_) {
    if (!container->labels && now.unix_ns - container->start_ns >= kNameWaitNs) {
      continue;
    }
    container->sample(context_, at, now.steady);
  }
  changed_ = true;
}

void ContainerWatch::publish(Now now) {
  auto snapshot = std::make_shared<LifecycleSnapshot>();
  const std::uint32_t second = second_of(now.steady);
  for (const auto& [path, container] : live_) {
    const UsagePeaks peaks = container->labels ? container->window.peaks(second) : UsagePeaks{};
    if (!peaks.any) {
      continue;
    }
    LifecycleSnapshot::Peaks& shown = snapshot->peaks.emplace_back();
    shown.labels = container->labels;
    shown.cpu_cores = peaks.cpu_cores;
    shown.memory_bytes = static_cast<double>(peaks.memory_bytes);
    shown.throttled_seconds = container->throttled_seconds;
    if (peaks.periods > 0) {
      shown.throttled_ratio =
          static_cast<double>(peaks.throttled_periods) / static_cast<double>(peaks.periods);
    }
  }
  for (const auto& [uid, pod] : pods_) {
    if (pod.labels && (v2() ? pod.count.has_value() : true)) {
      snapshot->pods.push_back({pod.labels, pod.shown});
    }
  }
  accounts_.show(*snapshot);
  snapshot->events = events_;
  snapshot->events_dropped = events_dropped_;
  board_->publish(std::move(snapshot));
}

}  // namespace supercargo
