#include "collectors/node/filesystem.h"

#include <future>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::render_pass;
using test::TempTree;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kLocal =
    "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
    "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
    "30 27 8:1 / /data\\040a ro,relatime - xfs /dev/sda1 rw\n"
    "31 27 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw\n"
    "32 27 0:41 / /run/user/0 rw - tmpfs tmpfs rw,size=2048k\n";

class FilesystemCollectorTest : public ::testing::Test {
 protected:
  FilesystemCollectorTest() {
    options.host.root = tree.root().string();
    options.host.proc = tree.path("proc");
  }

  TempTree tree;
  NodeOptions options;
};

Result<FilesystemUse> same_use(const Mount&) {
  return FilesystemUse{1000, 400, 300, 20, 10};
}

TEST_F(FilesystemCollectorTest, GivesWhatTheFiltersLeave) {
  tree.file("proc/1/mountinfo", kLocal);
  FilesystemCollector collector(options, same_use, Milliseconds(0));
  const std::string pass = render_pass(collector);
  EXPECT_THAT(pass,
              HasSubstr("node_filesystem_size_bytes{device=\"/dev/vda\",fstype=\"ext4\","
                        "mountpoint=\"/\"} 1000\n"));
  EXPECT_THAT(pass,
              HasSubstr("node_filesystem_avail_bytes{device=\"/dev/sda1\",fstype=\"xfs\","
                        "mountpoint=\"/data a\"} 300\n"));
  EXPECT_THAT(pass,
              HasSubstr("node_filesystem_readonly{device=\"/dev/sda1\",fstype=\"xfs\","
                        "mountpoint=\"/data a\"} 1\n"));
  EXPECT_THAT(pass, HasSubstr("mountpoint=\"/run/user/0\"} 0\n"));
  EXPECT_THAT(pass,
              HasSubstr("node_filesystem_mount_info{device=\"/dev/sda1\",major=\"8\",minor=\"1\","
                        "mountpoint=\"/data a\"} 1\n"));
  EXPECT_THAT(pass, Not(HasSubstr("overlay")));
  EXPECT_THAT(pass, Not(HasSubstr("/proc")));
}

TEST_F(FilesystemCollectorTest, TakesTheUsersFiltersInstead) {
  tree.file("proc/1/mountinfo", kLocal);
  options.config.filesystem_mount_points_exclude = "^/(data a|run)";
  options.config.filesystem_fs_types_exclude = "^proc$";
  FilesystemCollector collector(options, same_use, Milliseconds(10000));
  const std::string pass = render_pass(collector);
  EXPECT_THAT(pass, HasSubstr("fstype=\"overlay\""));
  EXPECT_THAT(pass, Not(HasSubstr("data a")));
}

TEST_F(FilesystemCollectorTest, AMountThatFailsHasADeviceErrorAndNothingElse) {
  tree.file("proc/1/mountinfo", "30 27 8:1 / /data rw - xfs /dev/sda1 rw\n");
  FilesystemCollector collector(
      options, [](const Mount&) { return errno_error("statfs", EIO); }, Milliseconds(0));
  EXPECT_EQ(render_pass(collector),
            "node_filesystem_device_error{device=\"/dev/sda1\",fstype=\"xfs\","
            "mountpoint=\"/data\"} 1\n");
}

TEST_F(FilesystemCollectorTest, AMountThatHangsNeverBlocksThePass) {
  tree.file("proc/1/mountinfo",
            "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
            "40 27 0:50 / /nfs rw - nfs4 server:/export rw\n"
            "41 40 8:2 / /nfs/below rw - ext4 /dev/sdb rw\n");
  std::promise<void> server;
  const std::shared_future<void> answers = server.get_future().share();
  FilesystemCollector collector(
      options,
      [answers](const Mount& mount) {
        if (mount.mount_point != "/") {
          answers.wait();
        }
        return same_use(mount);
      },
      Milliseconds(1));
  for (int pass = 0; pass < 2; ++pass) {
    const std::string text = render_pass(collector);
    EXPECT_THAT(text,
                HasSubstr("node_filesystem_device_error{device=\"/dev/vda\",fstype=\"ext4\","
                          "mountpoint=\"/\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("mountpoint=\"/nfs\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("mountpoint=\"/nfs/below\"} 1\n"));
  }
  server.set_value();
}

// With the collector all that it has would be given up, the file systems that answer too.
TEST_F(FilesystemCollectorTest, WaitsForOneThatHangsForPartOfItsTimeOnly) {
  tree.file("proc/1/mountinfo",
            "27 1 254:0 / / rw - ext4 /dev/vda rw\n40 27 0:50 / /nfs rw - nfs4 server:/x rw\n");
  std::promise<void> server;
  const std::shared_future<void> answers = server.get_future().share();
  FilesystemCollector collector(
      options,
      [answers](const Mount& mount) {
        if (mount.mount_point != "/") {
          answers.wait();
        }
        return same_use(mount);
      },
      std::chrono::minutes(10));
  const SteadyTime back_by = steady_now() + Milliseconds(500);
  collector.expect_back_by(back_by);
  const std::string pass = render_pass(collector);
  EXPECT_LT(steady_now(), back_by + std::chrono::minutes(1));
  EXPECT_THAT(pass, HasSubstr("mountpoint=\"/\"} 0\n"));
  EXPECT_THAT(pass, HasSubstr("mountpoint=\"/nfs\"} 1\n"));
  server.set_value();
}

TEST_F(FilesystemCollectorTest, AsksRemoteFileSystemsInTheBackgroundAndWaitsForThem) {
  tree.file("proc/1/mountinfo", "40 27 0:50 / /nfs rw - nfs4 server:/export rw\n");
  FilesystemCollector collector(options, same_use, Milliseconds(60'000));
  EXPECT_THAT(render_pass(collector),
              HasSubstr("node_filesystem_files_free{device=\"server:/export\",fstype=\"nfs4\","
                        "mountpoint=\"/nfs\"} 10\n"));
}

TEST_F(FilesystemCollectorTest, WithoutTheFirstProcessTheMountsBelowTheRootAreTheHosts) {
  const std::string root = tree.root().string();
  tree.file("proc/self/mountinfo",
            "1 0 0:50 / / rw - ext4 /dev/pod rw\n"
            "27 1 254:0 / " +
                root + " rw - ext4 /dev/vda rw\n30 27 8:1 / " + root +
                "/data rw - xfs /dev/sda1 rw\n");
  FilesystemCollector collector(options, same_use, Milliseconds(0));
  const std::string pass = render_pass(collector);
  EXPECT_THAT(pass, HasSubstr("mountpoint=\"/data\""));
  EXPECT_THAT(pass, HasSubstr("device=\"/dev/vda\",fstype=\"ext4\",mountpoint=\"/\""));
  EXPECT_THAT(pass, Not(HasSubstr("/dev/pod")));
}

TEST_F(FilesystemCollectorTest, AHostWithoutAMountTableIsAnError) {
  FilesystemCollector collector(options, same_use, Milliseconds(0));
  EXPECT_THAT(render_pass(collector), HasSubstr("error: open"));
}

TEST_F(FilesystemCollectorTest, ABadPatternCostsTheSamplesAndSaysSo) {
  tree.file("proc/1/mountinfo", kLocal);
  options.config.filesystem_fs_types_exclude = "[";
  FilesystemCollector collector(options, same_use, Milliseconds(0));
  EXPECT_THAT(render_pass(collector), ::testing::StartsWith("error: pattern \"[\""));
}

TEST_F(FilesystemCollectorTest, StatfsRefusesAPlaceWhereAnotherFileSystemStands) {
  tree.directory("data");

  struct stat info {};

  ASSERT_EQ(::stat(tree.path("data").c_str(), &info), 0);
  Mount mount{major(info.st_dev), minor(info.st_dev), "/data", "/dev/sda1", "ext4", false};
  const Result<FilesystemUse> use = statfs_mount(options.host, mount);
  ASSERT_TRUE(use) << use.error().message;
  EXPECT_GT(use->size, 0);
  EXPECT_GE(use->size, use->free);
  mount.minor += 1;
  EXPECT_EQ(statfs_mount(options.host, mount).error().code, ErrorCode::kNotFound);
  mount.mount_point = "/gone";
  EXPECT_EQ(statfs_mount(options.host, mount).error().code, ErrorCode::kNotFound);
}

// Subvolumes have device numbers of their own: the kind of the file system must do.
TEST_F(FilesystemCollectorTest, StatfsTakesNoOtherFileSystemForBtrfs) {
  tree.directory("data");

  struct statfs use {};

  ASSERT_EQ(::statfs(tree.path("data").c_str(), &use), 0);
  constexpr std::uint64_t kBtrfs = 0x9123683e;
  const Mount mount{9, 9, "/data", "/dev/sda1", "btrfs", false};
  EXPECT_EQ(statfs_mount(options.host, mount).has_value(),
            static_cast<std::uint64_t>(use.f_type) == kBtrfs);
}

TEST_F(FilesystemCollectorTest, WhatIsNotMountedBelowTheRootIsLeftOutAndNamed) {
  tree.file("proc/1/mountinfo",
            "27 1 254:0 / / rw - ext4 /dev/vda rw\n30 27 8:1 / /data rw - xfs /dev/sda1 rw\n");
  FilesystemCollector collector(
      options,
      [](const Mount& mount) -> Result<FilesystemUse> {
        if (mount.mount_point == "/") {
          return Error{ErrorCode::kNotFound, "/ is not mounted in this container"};
        }
        return same_use(mount);
      },
      Milliseconds(0));
  const std::string pass = render_pass(collector);
  EXPECT_THAT(pass, HasSubstr("mountpoint=\"/data\"} 1000\n"));
  EXPECT_THAT(pass, Not(HasSubstr("mountpoint=\"/\"")));
  EXPECT_THAT(pass, HasSubstr("not all file systems of the host are mounted below host_root"));
}

}  // namespace
}  // namespace supercargo
