#include "collectors/logs/log_naming.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(KubernetesNaming, OrdersByRestartThenRotationTheCurrentFileLast) {
  const auto order = [](std::string_view name) { return *kubernetes_naming(name); };
  EXPECT_LT(order("0.log.20261122-143703"), order("0.log.20261122-143713"));
  EXPECT_LT(order("0.log.20261122-143703.gz"), order("0.log.20261122-143713"));
  EXPECT_LT(order("0.log.20261122-143703"), order("0.log.20261122-143713.gz"));
  EXPECT_LT(order("0.log.20261122-143713"), order("0.log"));
  EXPECT_LT(order("0.log"), order("1.log.20261122-143703.gz"));
  EXPECT_LT(order("9.log"), order("10.log"));
  EXPECT_TRUE(order("0.log.20261122-143703.gz").compressed);
  EXPECT_FALSE(kubernetes_naming("0.log.20261122-143703.tmp"));
  EXPECT_FALSE(kubernetes_naming("notes.txt"));
}

TEST(DockerNaming, AHigherNumberIsOlder) {
  const auto order = [](std::string_view name) { return *docker_naming(name); };
  EXPECT_LT(order("abc-json.log.10"), order("abc-json.log.9"));
  EXPECT_LT(order("abc-json.log.2.gz"), order("abc-json.log.1"));
  EXPECT_LT(order("abc-json.log.2"), order("abc-json.log.1.gz"));
  EXPECT_LT(order("abc-json.log.1"), order("abc-json.log"));
  for (const std::string_view name : {"abc-json.log.",
                                      "abc-json.log.gz",
                                      "abc-json.log.1.gz.gz",
                                      "abc-json.logx",
                                      "config.v2.json",
                                      "abc-json.log.99999999"}) {
    EXPECT_FALSE(docker_naming(name)) << name;
  }
}

}  // namespace
}  // namespace supercargo
