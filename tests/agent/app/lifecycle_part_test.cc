#include "agent/app/lifecycle_part.h"

#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

AgentConfig config_with_output() {
  AgentConfig config;
  config.data_dir = "/data";
  config.outputs.resize(1);
  config.outputs[0].name = "loki";
  return config;
}

TEST(LifecyclePart, EventsAreOffWithoutAnOutputOrOnRequest) {
  AgentConfig config = config_with_output();
  EXPECT_EQ(event_directory(config), "/data/supercargo_events");
  config.logs.events = false;
  EXPECT_EQ(event_directory(config), "");
  config.logs.events = true;
  config.outputs.clear();
  EXPECT_EQ(event_directory(config), "");
}

TEST(LifecyclePart, TheLogDirectoryIsAPathOfTheHost) {
  AgentConfig config;
  config.host_root = "/host";
  config.host.log = "/host/var/log";
  EXPECT_EQ(host_log_directory(config), "/var/log");
  config.host.log = "/elsewhere/log";
  EXPECT_EQ(host_log_directory(config), "/elsewhere/log");
  config.host_root = "/";
  EXPECT_EQ(host_log_directory(config), "/elsewhere/log");
}

TEST(LifecyclePart, GoesOnWhereNothingChangesThatConcernsIt) {
  AgentConfig config = config_with_output();
  const HostPaths host;
  const auto first = LifecyclePart::create(config, host, nullptr);
  config.log_level = "debug";
  config.logs.events = false;
  EXPECT_EQ(LifecyclePart::create(config, host, first), first);
  config.metrics.peaks = false;
  EXPECT_NE(LifecyclePart::create(config, host, first), first);
}

TEST(LifecyclePart, WatchesNothingWhereNobodyWantsToKnow) {
  test::TempTree tree;
  tree.file("cgroup/cgroup.controllers", "");
  HostPaths host;
  host.cgroup = tree.path("cgroup");
  AgentConfig config;
  config.metrics.mode = "none";
  const auto part = LifecyclePart::create(config, host, nullptr);
  part->start();
  EXPECT_EQ(part->board()->snapshot(), nullptr);
  config.metrics.mode = "all";
  const auto watching = LifecyclePart::create(config, host, part);
  watching->start();
  while (!watching->board()->snapshot()) {
    std::this_thread::yield();
  }
}

TEST(LifecyclePart, WithoutCgroupsThereIsNothingToWatch) {
  HostPaths host;
  host.cgroup = "/nonexistent";
  const auto part = LifecyclePart::create(AgentConfig{}, host, nullptr);
  part->start();
  EXPECT_EQ(part->board()->snapshot(), nullptr);
}

}  // namespace
}  // namespace supercargo
