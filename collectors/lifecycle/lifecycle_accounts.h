// How often containers of a name started, ended and were killed, what namespaces lost, and what was
// read last of containers that ended.
//
// Owned by ContainerWatch, on its thread; no files. What no cgroup stands for any more is kept for
// two minutes, so that every scraper sees it at least once.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "collectors/lifecycle/lifecycle_snapshot.h"

namespace supercargo {

inline constexpr std::int64_t kKeepEndedNs = 120'000'000'000;
inline constexpr std::size_t kMaxEnded = 500;

class LifecycleAccounts {
 public:
  // A container of that name is there: its counters are shown, from 0.
  void add(const ContainerName& name) { (void)counts(name); }

  void started(const ContainerName& name) { ++counts(name).shown.starts; }

  void killed(const ContainerName& name, std::uint64_t processes);

  // Of the pod: its namespace's sum moves on, whatever container it was.
  void killed_in_namespace(const std::string& pod_namespace, std::uint64_t processes);

  void ended(const ContainerName& name,
             std::string_view container_id,
             std::int64_t end_ns,
             const FinalSample& final);

  // Forgets what is older than kKeepEndedNs, and counters of names that are not in `names`: those
  // of containers, and of pods (with no container's), in which one may be made again after minutes.
  void forget(const std::set<ContainerName>& names, std::int64_t now_ns);

  void show(LifecycleSnapshot& out) const;

 private:
  struct Kept {
    LifecycleSnapshot::Counts shown;
    std::int64_t gone_ns = 0;  // 0: there is a container or a pod of that name
  };

  Kept& counts(const ContainerName& name);

  std::map<ContainerName, Kept> counts_;
  std::map<std::string, LifecycleSnapshot::Kills> namespaces_;
  std::deque<LifecycleSnapshot::Ended> ended_;
  std::uint64_t ended_left_out_ = 0;
};

// `namespace="shop",pod="web",container="app"`.
[[nodiscard]] SharedLabels render_labels(const ContainerName& name);

}  // namespace supercargo
