// The pods of a cluster as an API server keeps them for watches: with a version and a history.
//
// Owned by KubeApiStandIn; any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo::test {

// A Status object.
[[nodiscard]] std::string kube_status_json(int code, const std::string& message);

class KubeCluster {
 public:
  struct Watcher {
    std::string node;
    std::uint64_t version = 0;
    std::uint64_t round = 0;  // the one in which it began
    std::size_t next = 0;     // in the history
    bool gone = false;        // its version, when it began
  };

  struct Step {
    enum class Kind { kEvent, kGone, kEnd, kStopped };
    Kind kind = Kind::kStopped;
    std::string line;  // of an event
  };

  void put(std::string_view pod);
  void remove(const std::string& pod_namespace, const std::string& name);
  void bookmark();
  void forget_history();

  // All watches of this round end: with the news that their version is gone, or just so.
  void end_round(bool expired);

  [[nodiscard]] Watcher begin_watch(std::string node, std::uint64_t version) const;

  void stop();

  // A PodList.
  [[nodiscard]] std::string list(const std::string& node) const;

  // Waits for what the watcher is to be told next.
  [[nodiscard]] Step next(Watcher& watcher) const;

 private:
  struct Event {
    std::uint64_t version;
    std::string node;  // empty: a bookmark, for all
    std::string line;
  };

  struct Pod {
    std::string node;
    std::string json;
  };

  void add_event(std::string_view type, const std::string& node, const std::string& object);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Pod> pods_;  // by namespace and name
  std::vector<Event> events_;
  std::uint64_t version_ = 100;
  std::uint64_t oldest_ = 0;  // watches from before are gone
  std::uint64_t round_ = 0;
  bool expired_ = false;  // the last round
  bool stopping_ = false;
};

}  // namespace supercargo::test
