// The image label of containers: what the API server tells, waited for, and never changed.

#include <algorithm>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kPauseId;
using test::kPod;
using test::kSideId;
using test::kUid;

constexpr std::int64_t kSecond = 1'000'000'000;

class CgroupImageTest : public ::testing::Test {
 protected:
  CgroupImageTest() {
    machine_.cgroup("/");
    machine_.cgroup(kPod);
    machine_.cgroup(container_path(kPauseId), 100);
    machine_.cgroup(container_path(kAppId), 200);
    machine_.made_at(container_path(kPauseId), unix_nanoseconds_now() / kSecond - 2);
    machine_.log_link("app", kAppId, kUid);
  }

  static ApiPod pod(const std::string& id, const std::string& name = "web") {
    ApiPod made;
    made.uid = kUid;
    made.pod_namespace = "shop";
    made.name = name;
    made.containers.push_back({"app", "nginx:1.27", "docker.io/library/nginx:1.27", id});
    return made;
  }

  // The images of the app's series after a pass at that time; "none" where it has no series.
  std::string image_at(std::int64_t seconds) {
    SampleSet samples(collector_.families());
    EXPECT_TRUE(collector_.collect_at(samples, started_ + seconds * kSecond));
    std::string images;
    for (const auto& [labels, value] : test::values_of(samples, "container_threads")) {
      if (labels.find(kAppId) != std::string::npos) {
        const std::size_t begin = labels.find("image=\"") + 7;
        images += labels.substr(begin, labels.find('"', begin) - begin);
      }
    }
    return images.empty() ? "none" : images;
  }

  bool has_sandbox(std::int64_t seconds) {
    SampleSet samples(collector_.families());
    EXPECT_TRUE(collector_.collect_at(samples, started_ + seconds * kSecond));
    const auto all = test::values_of(samples, "container_threads");
    return std::any_of(all.begin(), all.end(), [](const auto& sample) {
      return sample.first.find(kPauseId) != std::string::npos;
    });
  }

  CgroupTree machine_{CgroupTree::Version::kV2};
  const std::int64_t started_ = unix_nanoseconds_now();
  std::shared_ptr<PodStore> store_ = std::make_shared<PodStore>();
  PodIndex index_{machine_.paths(), "node1"};
  CgroupCollector collector_{machine_.paths(), index_, {.facts = store_}};
};

TEST_F(CgroupImageTest, IsTheRuntimesNameOfIt) {
  store_->replace({pod(kAppId)});
  EXPECT_EQ(image_at(0), "docker.io/library/nginx:1.27");
}

TEST_F(CgroupImageTest, IsWaitedForWhileTheServerHasNotAnswered) {
  store_->start();
  EXPECT_EQ(image_at(0), "none");
  EXPECT_EQ(image_at(14), "none");
  store_->replace({pod(kAppId)});
  EXPECT_EQ(image_at(14), "docker.io/library/nginx:1.27");
}

TEST_F(CgroupImageTest, IsUnknownWhenTheServerDoesNotAnswerInTimeAndStaysSo) {
  store_->start();
  EXPECT_EQ(image_at(0), "none");
  EXPECT_EQ(image_at(15), "unknown");
  store_->replace({pod(kAppId)});
  EXPECT_EQ(image_at(16), "unknown");  // a live series keeps its labels
}

TEST_F(CgroupImageTest, IsWhatThePodAsksForWhenTheStatusDoesNotComeInTime) {
  store_->replace({pod(/*id=*/"")});
  EXPECT_EQ(image_at(0), "none");
  EXPECT_EQ(image_at(15), "nginx:1.27");
}

TEST_F(CgroupImageTest, OfAnEarlierRunIsNotTaken) {
  store_->replace({pod(kSideId)});
  EXPECT_EQ(image_at(0), "none");
  store_->replace({pod(kAppId)});
  EXPECT_EQ(image_at(1), "docker.io/library/nginx:1.27");
}

TEST_F(CgroupImageTest, IsNotWaitedForWhereTheServerIsNotAsked) {
  store_->turn_off("not in a cluster");
  EXPECT_EQ(image_at(0), "unknown");
}

TEST_F(CgroupImageTest, OfAPodOfAnotherNameIsNotBelieved) {
  store_->replace({pod(kAppId, "impostor")});
  EXPECT_EQ(image_at(0), "none");
  EXPECT_EQ(image_at(15), "unknown");
}

TEST_F(CgroupImageTest, AContainerThatWaitsForItsImageIsNotItsPodsSandbox) {
  store_->start();
  EXPECT_TRUE(has_sandbox(1));
  EXPECT_EQ(image_at(14), "none");
  store_->replace({pod(kAppId)});
  EXPECT_EQ(image_at(14), "docker.io/library/nginx:1.27");
}

}  // namespace
}  // namespace supercargo
