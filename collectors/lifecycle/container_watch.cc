#include "collectors/lifecycle/container_watch.h"

#include <algorithm>
#include <utility>

#include <sys/resource.h>

namespace supercargo {
namespace {

constexpr Milliseconds kLookInterval{1'000};
constexpr std::size_t kMaxKeptFiles = 4'000;

std::size_t files_to_keep() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  return std::min(kMaxKeptFiles, static_cast<std::size_t>(limit.rlim_cur / 8));
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
      context_{hierarchy_, {}, {}, files_to_keep()},
      notifier_(hierarchy_.walk_root()),
      index_(options_.host, /*node_name=*/{}, options_.log_directory) {}

void ContainerWatch::turn(Now now) {
  const bool whole = notifier_.drain(
      [&](CgroupNotifier::What what, std::string_view cgroup) { handle(what, cgroup, now); });
  const bool walks = !whole || now.steady >= next_walk_;
  if (walks) {
    walk(now);
  }
  const bool looks = now.steady >= next_look_;
  if (looks) {
    next_look_ = std::max(next_look_ + kLookInterval, now.steady + kLookInterval / 2);
    watch_kills_again();
  }
  count_kills(/*all=*/walks);
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
}

SteadyTime ContainerWatch::next_turn() const {
  const bool looks = samples() || looks_often_ || !notified_pods_.empty();
  return looks ? std::min(next_walk_, next_look_) : next_walk_;
}

// Sandboxes, which never have a name, are not worth the reading.
void ContainerWatch::sample(Now now) {
  if (!samples()) {
    return;
  }
  const std::uint32_t at = second_of(now.steady);
  for (const auto& [path, container] : live_) {
    if (!container->labels && now.unix_ns - container->start_ns >= kNameWaitNs) {
      continue;
    }
    if (options_.peaks) {
      container->sample(context_, at, now.steady);
    }
    const auto pod = v2() ? pods_.end() : pods_.find(container->parsed.pod_uid.view());
    if (pod != pods_.end()) {
      const std::uint64_t killed = container->read_oom_kills(context_);
      pod->second.observed += killed;
      pod->second.shown += killed;
      attribute(*container, pod->second, killed);
    }
  }
  changed_ = changed_ || options_.peaks;
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
