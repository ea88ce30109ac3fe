#include "collectors/logs/docker_config.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(DockerConfig, GivesTheNameWithoutItsSlash) {
  ContainerInfo container;
  read_docker_config(R"({"ID":"abc","Name":"/web-1","Config":{"Labels":{}}})", container);
  EXPECT_EQ(container.container, "web-1");
  EXPECT_EQ(container.pod, "");
}

TEST(DockerConfig, TakesPodAndContainerFromTheLabelsOfCriDockerd) {
  ContainerInfo container;
  read_docker_config(R"({"Name":"/k8s_app_web_shop_uid-1_0","Config":{"Labels":{
    "io.kubernetes.pod.namespace":"shop","io.kubernetes.pod.name":"web",
    "io.kubernetes.pod.uid":"uid-1","io.kubernetes.container.name":"app"}}})",
                     container);
  EXPECT_EQ(container.container, "app");
  EXPECT_EQ(container.pod_namespace, "shop");
  EXPECT_EQ(container.pod, "web");
  EXPECT_EQ(container.pod_uid, "uid-1");
}

TEST(DockerConfig, TextThatIsNoSuchFileChangesNothing) {
  for (const std::string_view json : {"", "{", "[]", "null", "{\"Name\":", "\xff"}) {
    ContainerInfo container;
    container.container = "before";
    read_docker_config(json, container);
    EXPECT_EQ(container.container, "before") << json;
  }
}

TEST(DockerConfig, FieldsOfOtherTypesAreLeftOut) {
  ContainerInfo container;
  read_docker_config(
      R"({"Name":7,"Config":{"Labels":{"io.kubernetes.pod.name":["x"],"io.kubernetes.pod.uid":"u"}}})",
      container);
  EXPECT_EQ(container.container, "");
  EXPECT_EQ(container.pod, "");
  EXPECT_EQ(container.pod_uid, "u");
}

}  // namespace
}  // namespace supercargo
