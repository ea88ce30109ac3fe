// What becomes known of containers: ids from the links in /var/log/containers, the rest from what
// the API server told.
//
// Made by agent/app; any thread. Costs a lock and a few look-ups, and each second a look at the
// directory of links.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "agent/base/clock.h"
#include "agent/pipeline/container_facts.h"
#include "collectors/kubernetes/pod_facts.h"
#include "collectors/kubernetes/pod_index.h"

namespace supercargo {

class StoredFacts final : public FactSource {
 public:
  using Clock = std::function<SteadyTime()>;

  static constexpr Milliseconds kLookInterval{1'000};

  // `log_dir`: as PodIndex has it.
  StoredFacts(std::shared_ptr<const PodStore> store,
              HostPaths host,
              std::string log_dir,
              Clock clock = steady_now)
      : store_(std::move(store)),
        clock_(std::move(clock)),
        links_(std::move(host), {}, std::move(log_dir)) {}

  // The image is that of the container's present run, also for the lines of an earlier one.
  [[nodiscard]] Answer find(const ContainerInfo& container) const override;

 private:
  // Gives whether it is settled: there is one, or never will be.
  bool add_id(const ContainerInfo& container, ContainerFacts& facts) const;
  bool add_pod(const ContainerInfo& container, Answer& answer) const;
  void look() const;

  const std::shared_ptr<const PodStore> store_;
  const Clock clock_;

  mutable std::mutex mutex_;
  mutable PodIndex links_;
  mutable SteadyTime look_at_{};
  mutable bool has_links_ = false;
  mutable std::unordered_map<std::string, std::string> ids_;  // by pod uid, container and restart
};

}  // namespace supercargo
