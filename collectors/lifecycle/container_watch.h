// Sees what happens to containers between scrapes: each start, end and OOM kill, and what they use
// each second.
//
// Owned by LifecycleThread, which calls turn() when the descriptor is readable or the time has
// come; tests call it themselves. inotify says where to look; a walk each 10 s is the truth.
// container_watch_tree.cc follows the tree, container_watch_kills.cc and ..._v1.cc count kills,
// container_watch_names.cc finds names and tells, container_watch.cc is the rest.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/directory.h"
#include "agent/base/host_paths.h"
#include "collectors/cgroup/cgroup_walk.h"
#include "collectors/cgroup/hierarchy.h"
#include "collectors/kubernetes/pod_index.h"
#include "collectors/lifecycle/cgroup_notifier.h"
#include "collectors/lifecycle/event_outlet.h"
#include "collectors/lifecycle/exit_watch.h"
#include "collectors/lifecycle/lifecycle_accounts.h"
#include "collectors/lifecycle/node_kill_count.h"
#include "collectors/lifecycle/watched_container.h"
#include "collectors/lifecycle/watched_pod.h"

namespace supercargo {

struct ContainerWatchOptions {
  HostPaths host;
  std::string log_directory = "/var/log";  // a path of the host
  bool peaks = true;                       // read CPU and memory each second
  std::size_t max_open_files = 4'000;      // or an eighth of what the process may have open
};

class ContainerWatch {
 public:
  struct Now {
    SteadyTime steady;
    std::int64_t unix_ns;
  };

  // kUnavailable where there are no cgroups.
  [[nodiscard]] static Result<std::unique_ptr<ContainerWatch>> open(
      ContainerWatchOptions options,
      std::shared_ptr<LifecycleBoard> board,
      std::shared_ptr<EventOutlet> outlet);

  // Handles what happened, and reads what is due. True when something happened.
  bool turn(Now now);

  [[nodiscard]] SteadyTime next_turn() const;

  // -1 without inotify.
  [[nodiscard]] int notify_fd() const { return notifier_.active() ? notifier_.fd() : -1; }

  // Readable when a container's process has ended, of v1 alone: wants a turn at once, before the
  // cgroup is gone.
  [[nodiscard]] int exit_fd() const { return exits_.fd(); }

 private:
  using ContainerPointer = std::shared_ptr<WatchedContainer>;

  // Until then a container may still be named; one that never is is its pod's sandbox.
  static constexpr std::int64_t kNameWaitNs = 15'000'000'000;

  // From a cgroup's birth until it has a process.
  static constexpr Milliseconds kProcessWait{2'000};

  ContainerWatch(ContainerWatchOptions options,
                 std::shared_ptr<LifecycleBoard> board,
                 std::shared_ptr<EventOutlet> outlet,
                 Hierarchy hierarchy);

  [[nodiscard]] bool v2() const { return hierarchy_.version() == CgroupVersion::kV2; }

  // The tree.
  void handle(CgroupNotifier::What what, std::string_view cgroup, Now now);
  void made(const std::string& cgroup, Now now);
  void removed(const std::string& cgroup, Now now);
  void counted(const std::string& cgroup);
  void walk(Now now);
  [[nodiscard]] bool visit(const FoundCgroup& found, std::set<std::string>& seen, Now now);
  void look_into(const std::string& pod, Now now);
  void add_container(const std::string& cgroup, std::int64_t start_ns, Now now);
  WatchedPod& add_pod(const std::string& cgroup, std::string_view uid, Now now);
  [[nodiscard]] std::int64_t start_of(const FoundCgroup& found) const;
  void end(const ContainerPointer& container, Now now);
  void sample(Now now);
  void publish(Now now);

  // Kills.
  void count_kills(bool all);
  void count_kills_v1(std::optional<std::uint64_t> on_node, Now now);
  std::uint64_t count_live_kills_v1();
  std::uint64_t count_kills_of_v1(WatchedContainer& container);
  void count_kills_of_exits(Now now);
  void watch_exits(Now now);
  bool watch_exit(WatchedContainer& container);
  void watch_kills_again();
  void count_kills_of(WatchedPod& pod);
  void attribute(WatchedContainer& container, WatchedPod& pod, std::uint64_t processes);
  [[nodiscard]] bool is_one_going(const WatchedPod& pod);
  void settle_unattributed(WatchedPod& pod, Now now);

  // Names, and what is told.
  void find_names(bool all, Now now);
  void name_container(WatchedContainer& container, const ContainerInfo& info);
  void name_pod(WatchedPod& pod, const PodSnapshot& known, Now now);
  void tell_starts_and_kills(WatchedContainer& container, Now now);
  void tell_ends(Now now);
  void tell_sums();
  void tell(LifecycleKind kind,
            WatchedContainer& container,
            std::int64_t time_ns,
            std::uint64_t kills);
  void write_event(const LifecycleEvent& event);
  void forget(Now now);

  const ContainerWatchOptions options_;
  const std::shared_ptr<LifecycleBoard> board_;
  const std::shared_ptr<EventOutlet> outlet_;
  const Hierarchy hierarchy_;
  ReadContext context_;
  CgroupNotifier notifier_;
  CgroupWalk walker_;
  DirectoryReader directory_reader_;
  PodIndex index_;
  LifecycleAccounts accounts_;

  std::map<std::string, ContainerPointer, std::less<>> live_;  // by path
  std::vector<ContainerPointer> ended_;                        // not told yet
  std::map<std::string, WatchedPod, std::less<>> pods_;        // by uid
  std::set<std::string> notified_pods_;                        // not watched until the next look
  std::set<std::string> pods_to_read_;                         // their uids
  std::set<std::string> watched_parents_;                      // of pods
  NodeKillCount node_kills_;                                   // this and the next five: of v1
  ExitWatch exits_;
  std::map<std::string, SteadyTime, std::less<>>
      unwatched_;                    // whose process is looked for till then
  std::int64_t untold_on_node_ = 0;  // kills that no container tells of
  SteadyTime forget_untold_{};
  // Those of which containers ended, since kills were counted, whose last count nobody read.
  std::set<std::string> ended_pods_;
  SteadyTime turned_{};
  bool baseline_ = true;     // before the first walk has ended: nobody saw what is found start
  bool looks_often_ = true;  // something is new that has no name yet
  bool changed_ = true;      // since the last snapshot
  SteadyTime next_walk_{};
  SteadyTime next_look_{};  // each second
  std::array<std::uint64_t, kLifecycleKinds> events_{};
  std::uint64_t events_dropped_ = 0;
};

}  // namespace supercargo
