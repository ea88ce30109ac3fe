#include "collectors/kubernetes/api_pod.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ApiPodTest, TakesAContainersIdBehindItsRuntimesName) {
  const std::string id(64, 'a');
  EXPECT_EQ(container_id_of("containerd://" + id), id);
  EXPECT_EQ(container_id_of("cri-o://" + id), id);
  EXPECT_EQ(container_id_of(id), "");
  EXPECT_EQ(container_id_of("containerd://" + id + "a"), "");
  EXPECT_EQ(container_id_of("containerd://"), "");
  EXPECT_EQ(container_id_of(""), "");
}

TEST(ApiPodTest, FindsAndAddsContainersByTheirName) {
  ApiPod pod;
  EXPECT_EQ(pod.find_container("app"), nullptr);
  pod.container_named("app").spec_image = "nginx";
  pod.container_named("side");
  pod.container_named("app").id = "1";
  ASSERT_EQ(pod.containers.size(), 2);
  ASSERT_NE(pod.find_container("app"), nullptr);
  EXPECT_EQ(pod.find_container("app")->spec_image, "nginx");
  EXPECT_EQ(pod.find_container("app")->id, "1");
}

TEST(ApiPodTest, AnImageHasTheRuntimesNameUnlessThatIsADigest) {
  ApiContainer container{"web", "nginx:1.27", "docker.io/library/nginx:1.27", ""};
  EXPECT_EQ(container.image(), "docker.io/library/nginx:1.27");
  container.status_image = "sha256:0123";
  EXPECT_EQ(container.image(), "nginx:1.27");
  container.spec_image.clear();
  EXPECT_EQ(container.image(), "sha256:0123");
}

}  // namespace
}  // namespace supercargo
