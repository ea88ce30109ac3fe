#include "collectors/node/container_filesystem.h"

#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::render_pass;
using ::testing::HasSubstr;
using ::testing::Not;

class ContainerFilesystemTest : public ::testing::Test {
 protected:
  std::string pass_of(std::string_view mounts) {
    tree_.file("proc/1/mountinfo", mounts);
    NodeOptions options;
    options.host.root = tree_.root().string();
    options.host.proc = tree_.path("proc");
    ContainerFilesystemCollector collector(
        options,
        [](const Mount& mount) -> Result<FilesystemUse> {
          if (mount.mount_point == "/hidden") {
            return Error{ErrorCode::kNotFound, "/hidden is not mounted in this container"};
          }
          return FilesystemUse{1000, 400, 300, 20, 10};
        },
        Milliseconds(0));
    return render_pass(collector);
  }

  test::TempTree tree_;
};

std::string at_root(const std::string& device) {
  return R"({container="",id="/",image="",name="",namespace="",pod="",device=")" + device + "\"} ";
}

TEST_F(ContainerFilesystemTest, ADeviceOfTheMachineIsToldOnceAtTheRoot) {
  EXPECT_EQ(pass_of("27 1 254:0 / / rw - ext4 /dev/vda1 rw\n"
                    "28 27 254:0 /sub /srv rw - ext4 /dev/vda1 rw\n"),
            "container_fs_inodes_free" + at_root("/dev/vda1") + "10\ncontainer_fs_inodes_total" +
                at_root("/dev/vda1") + "20\ncontainer_fs_limit_bytes" + at_root("/dev/vda1") +
                "1000\ncontainer_fs_usage_bytes" + at_root("/dev/vda1") + "600\n");
}

TEST_F(ContainerFilesystemTest, MemoryFileSystemsAreNamedByTheirPlace) {
  const std::string pass = pass_of(
      "30 27 0:41 / /run rw - tmpfs tmpfs rw\n31 27 0:42 / /run/lock rw - tmpfs tmpfs rw\n");
  EXPECT_THAT(pass, HasSubstr("container_fs_limit_bytes" + at_root("/run") + "1000\n"));
  EXPECT_THAT(pass, HasSubstr("container_fs_limit_bytes" + at_root("/run/lock") + "1000\n"));
}

TEST_F(ContainerFilesystemTest, WhatPodsMountAndWhatHasNoSizeIsLeftOut) {
  EXPECT_EQ(pass_of("40 27 0:50 / /var/lib/kubelet/pods/x/volumes/t rw - tmpfs tmpfs rw\n"
                    "41 27 0:51 / /run/containerd/y/rootfs rw - ext4 /dev/vdb rw\n"
                    "42 27 0:52 / /mnt/fuse rw - fuse.sshfs host:/ rw\n"),
            "");
}

TEST_F(ContainerFilesystemTest, NobodyIsAskedOfWhomNothingIsShown) {
  tree_.file("proc/1/mountinfo",
             "27 1 254:0 / / rw - ext4 /dev/vda1 rw\n"
             "41 27 0:51 / /run/containerd/y/rootfs rw - ext4 /dev/vdb rw\n"
             "42 27 0:52 / /mnt/fuse rw - fuse.sshfs host:/ rw\n");
  NodeOptions options;
  options.host.root = tree_.root().string();
  options.host.proc = tree_.path("proc");
  std::mutex mutex;
  std::vector<std::string> asked;
  ContainerFilesystemCollector collector(
      options,
      [&](const Mount& mount) -> Result<FilesystemUse> {
        const std::lock_guard lock(mutex);
        asked.push_back(mount.mount_point);
        return FilesystemUse{};
      },
      Milliseconds(60'000));
  (void)render_pass(collector);
  EXPECT_THAT(asked, ::testing::ElementsAre("/"));
}

TEST_F(ContainerFilesystemTest, WhatIsNotMountedBelowTheRootIsLeftOutAndNamed) {
  const std::string pass = pass_of(
      "27 1 254:0 / /hidden rw - ext4 /dev/vda rw\n30 27 8:1 / /data rw - xfs /dev/sda1 rw\n");
  EXPECT_THAT(pass, HasSubstr(at_root("/dev/sda1")));
  EXPECT_THAT(pass, Not(HasSubstr("/dev/vda")));
  EXPECT_THAT(pass, HasSubstr("not all file systems of the host are mounted below host_root"));
}

}  // namespace
}  // namespace supercargo
