// A machine with a pod in both cgroup versions, and passes of the collector over it: the fixture of
// its tests. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo::test {

using Values = std::map<std::string, double>;

inline constexpr std::int64_t kSecond = 1'000'000'000;

inline std::string labels(const std::string& container,
                          const std::string& id,
                          const std::string& image,
                          const std::string& name,
                          const std::string& pod_namespace,
                          const std::string& pod) {
  return "container=\"" + container + "\",id=\"" + id + "\",image=\"" + image + "\",name=\"" +
         name + "\",namespace=\"" + pod_namespace + "\",pod=\"" + pod + "\"";
}

inline const std::string kAppLabels =
    labels("app", container_path(kAppId), "unknown", kAppId, "shop", "web");
inline const std::string kPauseLabels =
    labels("", container_path(kPauseId), "unknown", kPauseId, "shop", "web");
inline const std::string kPodLabels = labels("", kPod, "", "", "shop", "web");
inline const std::string kRootLabels = labels("", "/", "", "", "", "");

class CgroupPodTest : public ::testing::TestWithParam<CgroupTree::Version> {
 protected:
  CgroupPodTest() : machine_(GetParam()) {}

  [[nodiscard]] bool is_v2() const { return GetParam() == CgroupTree::Version::kV2; }

  // A pod with a sandbox and one container, as it is long after its start.
  void add_pod() {
    machine_.cgroup("/");
    machine_.cgroup("/kubepods.slice");
    machine_.cgroup(kQosSlice);
    machine_.cgroup(kPod);
    machine_.cgroup(container_path(kAppId), 200);
    machine_.cgroup(container_path(kPauseId), 100);
    machine_.log_link("app", kAppId, kUid);
    machine_.process(100, 777);
    machine_.process_in_network_of(200, 100);
  }

  CgroupCollector& collector() {
    if (!collector_) {
      index_.emplace(machine_.paths(), "node1");
      collector_.emplace(machine_.paths(), *index_, options_);
      samples_.emplace(collector_->families());
    }
    return *collector_;
  }

  // A pass at some seconds from now.
  Status collect(std::int64_t seconds_from_now = 60) {
    collector();
    samples_->clear();
    return collector_->collect_at(*samples_, unix_nanoseconds_now() + seconds_from_now * kSecond);
  }

  Values values(std::string_view name) { return values_of(*samples_, name); }

  double value(std::string_view name, const std::string& label_text) {
    const Values all = values(name);
    const auto found = all.find(label_text);
    EXPECT_NE(found, all.end()) << name << "{" << label_text << "} is missing";
    return found == all.end() ? -1 : found->second;
  }

  bool has(std::string_view name, const std::string& label_text) {
    return values(name).contains(label_text);
  }

  CgroupTree machine_;
  CgroupOptions options_;
  std::optional<PodIndex> index_;
  std::optional<CgroupCollector> collector_;
  std::optional<SampleSet> samples_;
};

// The suites that use it run once for each version.
inline std::string version_name(const ::testing::TestParamInfo<CgroupTree::Version>& version) {
  return version.param == CgroupTree::Version::kV1 ? "V1" : "V2";
}

}  // namespace supercargo::test
