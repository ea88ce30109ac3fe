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

TEST(PlainNaming, TakesOffWhatRotationsHaveAdded) {
  for (const std::string_view name : {"app.log",
                                      "app.log.1",
                                      "app.log.0",
                                      "app.log.12.gz",
                                      "app.log-20261122",
                                      "app.log-2026112214",
                                      "app.log-20261122.gz",
                                      "app.log.20261122",
                                      "app.log-20261122-1790000000",
                                      "app.log-20261122-1790000000.gz",
                                      "app.log-20261122.1"}) {
    EXPECT_EQ(plain_base(name), "app.log") << name;
  }
  for (const std::string_view name : {"app.log.gz",
                                      "app.log.1.tmp",
                                      "app.log.1.bz2",
                                      "app.log.1234567",
                                      "app-1",
                                      "app-20261122.log",
                                      "2026",
                                      ".1",
                                      "",
                                      ".gz"}) {
    EXPECT_EQ(plain_base(name), name);
  }
}

TEST(PlainNaming, OrdersOldestFirst) {
  const FileNaming naming = plain_naming("app.log", "*");
  const auto order = [&naming](std::string_view name) { return *naming(name); };
  EXPECT_LT(order("app.log.10.gz"), order("app.log.9"));
  EXPECT_LT(order("app.log.1"), order("app.log"));
  EXPECT_LT(order("app.log-20261122"), order("app.log-20261123.gz"));
  EXPECT_LT(order("app.log-20261122"), order("app.log-2026112201"));
  EXPECT_LT(order("app.log-20261122-1790000000"), order("app.log-20261122-1790000001.gz"));
  EXPECT_LT(order("app.log-20261122-1790000001"), order("app.log-20261123"));
  EXPECT_LT(order("app.log-20261123"), order("app.log.3"));
  EXPECT_LT(order("app.log-20261123"), order("app.log"));
  EXPECT_TRUE(order("app.log").current);
  EXPECT_TRUE(order("app.log.1.gz").compressed);
  for (const std::string_view name :
       {"app.log.gz", "app.log.1.tmp", "app.log2", "app", "x.log.1"}) {
    EXPECT_FALSE(naming(name)) << name;
  }
}

TEST(PlainNaming, WhatThePatternDoesNotMatchOnlyContinues) {
  const FileNaming naming = plain_naming("app.log", "*.log");
  EXPECT_FALSE(naming("app.log")->only_continues);
  EXPECT_TRUE(naming("app.log.1")->only_continues);
  EXPECT_FALSE(plain_naming("app.log", "app.log*")("app.log.1")->only_continues);
  const FileNaming rotated_alone = plain_naming("app.log", "app.log.[0-9]");
  EXPECT_FALSE(rotated_alone("app.log.1")->only_continues);
  EXPECT_FALSE(rotated_alone("app.log")) << "not asked for, and no rotated file either";
}

}  // namespace
}  // namespace supercargo
