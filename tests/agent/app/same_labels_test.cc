// A container's metrics and its log lines carry the same namespace, pod and container: each side
// finds them in its own way, on one machine.

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "collectors/logs/chain_finder.h"
#include "exporters/loki/loki_labels.h"
#include "exporters/loki/selector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo {
namespace {

using test::CgroupTree;

// What Prometheus and Loki call the labels that both have.
constexpr std::array<std::string_view, 3> kNames{"container", "namespace", "pod"};

LabelPairs common_labels(const std::string& selector) {
  LabelPairs common;
  for (const auto& pair : parse_labels(selector).value_or(LabelPairs{})) {
    if (std::find(kNames.begin(), kNames.end(), pair.first) != kNames.end()) {
      common.push_back(pair);
    }
  }
  return common;
}

class SameLabelsTest : public testing::TestWithParam<CgroupTree::Version> {
 protected:
  SameLabelsTest() : machine_(GetParam()) {
    for (const auto* path : {"/", "/kubepods.slice"}) {
      machine_.cgroup(path);
    }
    machine_.cgroup(test::kQosSlice);
    machine_.cgroup(test::kPod);
    add_container("app", test::kAppId);
    add_container("side-car", test::kSideId);
  }

  void add_container(const std::string& name, const std::string& id) {
    machine_.cgroup(test::container_path(id), 200);
    machine_.log_link(name, id, test::kUid);
  }

  // Of the series whose `name` label is the container's id.
  LabelPairs metric_labels(const std::string& id) {
    PodIndex index(machine_.paths(), "n1");
    CgroupCollector collector(machine_.paths(), index, {});
    SampleSet samples(collector.families());
    constexpr std::int64_t kMinute = 60'000'000'000;
    EXPECT_TRUE(collector.collect_at(samples, unix_nanoseconds_now() + kMinute));
    for (const auto& [labels, value] :
         test::values_of(samples, "container_memory_working_set_bytes")) {
      if (labels.find("name=\"" + id + "\"") != std::string::npos) {
        return common_labels("{" + labels + "}");
      }
    }
    return {};
  }

  LabelPairs log_labels(const std::string& container, Stream stream) {
    const HostPaths host = machine_.paths();
    DirectoryWatcher watcher;
    ChainFinder finder(host, watcher, /*has_kubernetes=*/true);
    LabelPairs found;
    finder.find(
        {LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}},
        [&](const ChainDirectoryOptions& options) {
          if (options.container.container == container) {
            found = common_labels(selector_of(labels_->labels(options.container, stream, {}).kept));
          }
        });
    return found;
  }

  CgroupTree machine_;
  Result<LokiLabels> labels_ = LokiLabels::create({});
};

TEST_P(SameLabelsTest, StandOnMetricsAndOnLines) {
  const LabelPairs expected{{"container", "side-car"}, {"namespace", "shop"}, {"pod", "web"}};
  EXPECT_EQ(metric_labels(test::kSideId), expected);
  EXPECT_EQ(log_labels("side-car", Stream::kStdout), expected);
  EXPECT_EQ(log_labels("side-car", Stream::kStderr), expected);
  EXPECT_EQ(metric_labels(test::kAppId), log_labels("app", Stream::kStdout));
}

INSTANTIATE_TEST_SUITE_P(BothVersions,
                         SameLabelsTest,
                         testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         [](const auto& version) {
                           return version.param == CgroupTree::Version::kV1 ? "V1" : "V2";
                         });

}  // namespace
}  // namespace supercargo
