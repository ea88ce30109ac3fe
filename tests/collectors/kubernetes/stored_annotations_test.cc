#include "collectors/kubernetes/stored_annotations.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

ContainerInfo container_of(const std::string& uid, const std::string& pod) {
  ContainerInfo container;
  container.pod_uid = uid;
  container.pod_namespace = "shop";
  container.pod = pod;
  return container;
}

ApiPod pod_with(const std::string& uid, TextByName annotations) {
  ApiPod pod;
  pod.uid = uid;
  pod.pod_namespace = "shop";
  pod.name = "web";
  pod.annotations = std::move(annotations);
  return pod;
}

class StoredAnnotationsTest : public ::testing::Test {
 protected:
  PodAnnotation find(const std::string& uid, const std::string& pod = "web") {
    return StoredAnnotations(store_).find(container_of(uid, pod), "tenant");
  }

  std::shared_ptr<PodStore> store_ = std::make_shared<PodStore>();
};

TEST_F(StoredAnnotationsTest, NeverComeWhereTheApiIsNotAsked) {
  EXPECT_FALSE(find("1").coming);
  EXPECT_EQ(find("1").value, "");
}

TEST_F(StoredAnnotationsTest, ComeOnceTheApiHasAnswered) {
  store_->start();
  EXPECT_TRUE(find("1").coming);
  store_->replace({pod_with("1", {{"tenant", "mine"}, {"other", "x"}}), pod_with("2", {})});
  EXPECT_FALSE(find("1").coming);
  EXPECT_EQ(find("1").value, "mine");
  EXPECT_FALSE(find("2").coming);
  EXPECT_EQ(find("2").value, "");
}

TEST_F(StoredAnnotationsTest, OfAPodThatIsNotKnownYetAreComing) {
  store_->start();
  store_->replace({pod_with("1", {})});
  EXPECT_TRUE(find("3").coming);
  EXPECT_TRUE(find("1", "another-name").coming) << "anybody may claim a uid";
}

TEST_F(StoredAnnotationsTest, OfAFileThatIsNoPodsNeverCome) {
  store_->start();
  EXPECT_FALSE(find("").coming);
}

}  // namespace
}  // namespace supercargo
