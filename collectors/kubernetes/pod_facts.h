// What the API server tells of this node's pods: immutable snapshots, shared with any thread.
//
// agent/app owns the store. One thread, that of the watch, changes it; readers take a snapshot,
// which costs a lock and a counter, and never wait for the API. Where the API server cannot be
// asked the snapshot says so, and nobody waits for facts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "collectors/kubernetes/api_pod.h"
#include "collectors/kubernetes/watch_event.h"

namespace supercargo {

// More than any node has: when a server ignores what it is asked for, its pods are not all kept.
inline constexpr std::size_t kMaxPods = 2'000;

class PodFacts {
 public:
  enum class State : std::uint8_t {
    kOff,       // nothing will come: `why` tells what is missing
    kStarting,  // asked, no answer yet
    kKnown,     // the pods of this node, as of the last answer
  };

  State state = State::kOff;
  std::string why = "switched off";  // always the same text for the same cause

  // By uid in paths.
  std::map<std::string, std::shared_ptr<const ApiPod>, std::less<>> pods;

  // Nothing, too, when it has another name: anybody may write the annotations of a static pod.
  [[nodiscard]] const ApiPod* find(std::string_view uid_in_paths,
                                   std::string_view pod_namespace,
                                   std::string_view name) const;
};

// What has become of the requests; for metrics.
struct WatchStatus {
  bool connected = false;
  std::array<std::uint64_t, kWatchEventTypes> events{};  // by WatchEvent::Type
  std::optional<SteadyTime> last_event;                  // or list, or bookmark
  std::map<std::string, std::uint64_t> relists;          // by reason
  std::map<std::string, std::uint64_t> failures;         // of requests, by reason
  std::uint64_t too_large = 0;                           // objects that were skipped
  std::uint64_t unreadable = 0;                          // likewise
  std::uint64_t too_many = 0;                            // likewise
};

class PodStore {
 public:
  [[nodiscard]] std::shared_ptr<const PodFacts> facts() const;
  [[nodiscard]] WatchStatus status() const;

  // All below: the watch thread, or before it starts.

  // No facts will come, unless some have: those stay.
  void turn_off(std::string why);
  void start();

  // The pods as a list has them.
  void replace(std::vector<ApiPod> pods);

  // Changes that become visible with publish(): several events that come together cost one copy.
  void put(ApiPod pod);
  void remove(const ApiPod& pod);
  void publish();

  template <class Change>
  void note(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(status_);
  }

 private:
  void publish(PodFacts facts);

  decltype(PodFacts::pods) pods_;  // of the watch thread
  bool changed_ = false;

  mutable std::mutex mutex_;
  std::shared_ptr<const PodFacts> facts_ = std::make_shared<PodFacts>();
  WatchStatus status_;
};

}  // namespace supercargo
