#include "collectors/kubernetes/pod_info_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kube_pods.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class PodInfoCollectorTest : public ::testing::Test {
 protected:
  std::string collect() {
    PodInfoCollector collector(store_, shown_);
    SampleSet out(collector.families());
    status_ = collector.collect_at(out, now_);
    return test::render_samples(out);
  }

  SteadyTime now_{seconds(1'000)};
  std::vector<std::string> shown_;
  std::shared_ptr<PodStore> store_ = std::make_shared<PodStore>();
  Status status_ = Ok{};
};

TEST_F(PodInfoCollectorTest, TellsWhyItHasNothing) {
  store_->turn_off("not in a cluster");
  EXPECT_EQ(collect(), "");
  ASSERT_FALSE(status_);
  EXPECT_EQ(status_.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(status_.error().message, "not in a cluster");
}

TEST_F(PodInfoCollectorTest, TellsThePodsWithTheirWorkloadsAndConfiguredTexts) {
  const PodFields fields{{"app.kubernetes.io/name"}, {"example.com/owner"}};
  store_->replace({*parse_pod(test::kDeploymentPod, fields), *parse_pod(test::kMirrorPod, fields)});
  shown_ = {"example.com/owner"};
  const std::string text = collect();
  EXPECT_TRUE(status_);
  EXPECT_THAT(
      text,
      HasSubstr("supercargo_pod_info{namespace=\"shop\",pod=\"web-5d4f8c7b9-x2x7q\","
                "pod_uid=\"0a276110-ea54-405f-8a3e-0123456789ab\",owner_kind=\"ReplicaSet\","
                "owner=\"web-5d4f8c7b9\",workload_kind=\"Deployment\",workload=\"web\","
                "host_network=\"false\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("supercargo_pod_info{namespace=\"kube-system\","
                        "pod=\"kube-apiserver-node-1\","
                        "pod_uid=\"1864dd05a2b3c4d5e6f708192a3b4c5d\",owner_kind=\"Node\","
                        "owner=\"node-1\",workload_kind=\"Pod\","
                        "workload=\"kube-apiserver-node-1\",host_network=\"true\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("supercargo_pod_labels{namespace=\"shop\",pod=\"web-5d4f8c7b9-x2x7q\","
                        "pod_uid=\"0a276110-ea54-405f-8a3e-0123456789ab\","
                        "label_app_kubernetes_io_name=\"web\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("annotation_example_com_owner=\"team \\\"shop\\\" \xC3\xA4\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("supercargo_pod_labels{namespace=\"kube-system\"")));
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_pods 2\n"));
}

TEST_F(PodInfoCollectorTest, ShowsNoAnnotationThatIsKeptForOthers) {
  const PodFields fields{{}, {"example.com/owner"}};
  store_->replace({*parse_pod(test::kDeploymentPod, fields)});
  EXPECT_THAT(collect(), Not(HasSubstr("supercargo_pod_annotations{")));
}

TEST_F(PodInfoCollectorTest, TellsHowTheWatchIsDoing) {
  store_->start();
  store_->note([this](WatchStatus& status) {
    status.connected = true;
    status.events[static_cast<std::size_t>(WatchEvent::Type::kModified)] = 7;
    status.relists["gone"] = 2;
    status.failures["connection"] = 3;
    status.too_large = 1;
    status.last_event = now_ - seconds(42);
  });
  const std::string text = collect();
  EXPECT_TRUE(status_);
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_watch_connected 1\n"));
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_watch_events_total{type=\"modified\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_watch_events_total{type=\"added\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_relists_total{reason=\"gone\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("supercargo_kubernetes_request_failures_total{reason=\"connection\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("supercargo_kubernetes_pods_skipped_total{reason=\"too_large\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("supercargo_kubernetes_last_event_age_seconds 42\n"));
}

TEST_F(PodInfoCollectorTest, TheCountOfDenialsStaysVisible) {
  store_->turn_off("no permission to list and watch pods");
  store_->note([](WatchStatus& status) { ++status.failures["denied"]; });
  const std::string text = collect();
  EXPECT_FALSE(status_);
  EXPECT_THAT(text,
              HasSubstr("supercargo_kubernetes_request_failures_total{reason=\"denied\"} 1\n"));
}

}  // namespace
}  // namespace supercargo
