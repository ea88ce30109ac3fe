#include "collectors/node/class_devices.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;

constexpr std::array<std::string_view, 2> kAttributes{"mtu", "speed"};

enum Attribute : std::size_t { kMtu, kSpeed };

// A directory of devices as sysfs has them: links to where the devices are.
struct Class {
  void device(const std::string& name, const std::string& place, const std::string& mtu) {
    tree.file("devices/" + place + "/mtu", mtu + "\n");
    tree.link("class/" + name, "../devices/" + place);
  }

  test::TempTree tree;
};

std::string read(ClassDevices& devices, const std::string& name, std::size_t attribute) {
  return devices.select(name) ? std::string(devices.read(attribute)) : "gone";
}

TEST(ClassDevices, ListsLinksSortedAndNoFiles) {
  Class machine;
  machine.device("lo", "lo", "1");
  machine.device("eth0", "eth0", "2");
  machine.tree.file("class/bonding_masters", "");
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_THAT(devices.names(), ElementsAre("eth0", "lo"));
}

TEST(ClassDevices, ADirectoryThatIsNotThereIsFoundWhenItComes) {
  Class machine;
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  const Status missing = devices.begin_pass();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  machine.device("eth0", "eth0", "1500");
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "eth0", kMtu), "1500");
}

TEST(ClassDevices, AFileThatStaysOpenIsReadAnew) {
  Class machine;
  machine.device("eth0", "eth0", "1500");
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "eth0", kMtu), "1500");
  machine.tree.file("devices/eth0/mtu", "9000\n");
  EXPECT_EQ(read(devices, "eth0", kMtu), "9000");
}

TEST(ClassDevices, AnAttributeThatIsMissingIsEmptyUntilItComes) {
  Class machine;
  machine.device("eth0", "eth0", "1500");
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "eth0", kSpeed), "");
  machine.tree.file("devices/eth0/speed", "10000\n");
  EXPECT_EQ(read(devices, "eth0", kSpeed), "10000");
}

TEST(ClassDevices, TwoDevicesThatExchangedTheirNamesAreToldApart) {
  Class machine;
  machine.device("eth0", "first", "1");
  machine.device("eth1", "second", "2");
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "eth0", kMtu), "1");
  EXPECT_EQ(read(devices, "eth1", kMtu), "2");
  machine.tree.remove("class/eth0");
  machine.tree.remove("class/eth1");
  machine.tree.link("class/eth0", "../devices/second");
  machine.tree.link("class/eth1", "../devices/first");
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "eth0", kMtu), "2");
  EXPECT_EQ(read(devices, "eth1", kMtu), "1");
}

TEST(ClassDevices, ThoseBeyondTheMostAreReadLikeTheOthers) {
  Class machine;
  for (const std::string name : {"a", "b", "c"}) {
    machine.device(name, name, "mtu of " + name);
  }
  ClassDevices devices(machine.tree.path("class"), kAttributes, 1);
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(devices.begin_pass());
    for (const std::string& name : devices.names()) {
      EXPECT_EQ(read(devices, name, kMtu), "mtu of " + name);
    }
  }
}

TEST(ClassDevices, ADeviceThatWentAwayMakesRoomForAnother) {
  Class machine;
  machine.device("a", "a", "1");
  ClassDevices devices(machine.tree.path("class"), kAttributes, 1);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_EQ(read(devices, "a", kMtu), "1");
  machine.tree.remove("class/a");
  EXPECT_EQ(read(devices, "a", kMtu), "gone");
  machine.device("b", "b", "2");
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_THAT(devices.names(), ElementsAre("b"));
  EXPECT_EQ(read(devices, "b", kMtu), "2");
}

TEST(ClassDevices, WhatIsNoDirectoryIsNoDevice) {
  Class machine;
  machine.tree.link("class/eth0", "../devices/gone");
  machine.device("lo", "lo", "1");
  ClassDevices devices(machine.tree.path("class"), kAttributes);
  ASSERT_TRUE(devices.begin_pass());
  EXPECT_FALSE(devices.select("eth0"));
  EXPECT_EQ(devices.read(kMtu), "");
  EXPECT_EQ(read(devices, "lo", kMtu), "1");
}

}  // namespace
}  // namespace supercargo
