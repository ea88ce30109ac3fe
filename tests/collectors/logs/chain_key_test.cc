#include "collectors/logs/chain_key.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ChainKey, TellsPodAndContainerOfKubeletsDirectory) {
  const ContainerInfo info = container_of_key("/var/log/pods/shop_web-1_uid-1/app");
  EXPECT_EQ(info.pod_namespace, "shop");
  EXPECT_EQ(info.pod, "web-1");
  EXPECT_EQ(info.pod_uid, "uid-1");
  EXPECT_EQ(info.container, "app");
}

TEST(ChainKey, TellsEventsFromLogs) {
  EXPECT_EQ(container_of_key("/var/log/pods/shop_web-1_uid-1/app").source, "");
  const ContainerInfo info =
      container_of_key("/var/lib/supercargo/supercargo_events/shop_web-1_uid-1/app");
  EXPECT_EQ(info.source, "supercargo_events");
  EXPECT_EQ(info.pod, "web-1");
}

TEST(ChainKey, CutsTheIdOfADockerContainer) {
  const std::string id(64, 'a');
  const ContainerInfo info = container_of_key("/var/lib/docker/containers/" + id);
  EXPECT_EQ(info.container_id, id);
  EXPECT_EQ(info.container, "aaaaaaaaaaaa");
}

TEST(ChainKey, OfAnyOtherFileItsNameIsTheContainer) {
  EXPECT_EQ(container_of_key("/var/log/app.log").container, "app.log");
  EXPECT_EQ(container_of_key("app.log").container, "app.log");
  EXPECT_EQ(container_of_key("").container, "");
}

}  // namespace
}  // namespace supercargo
