#include "collectors/node/mountinfo.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseMountinfo, ReadsTheFieldsAroundTheOptionalOnes) {
  const auto mounts = parse_mountinfo(
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
      "36 35 98:3 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root ro,errors=continue\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].mount_point, "/");
  EXPECT_FALSE(mounts[0].read_only);
  EXPECT_EQ(mounts[1].major, 98U);
  EXPECT_EQ(mounts[1].minor, 3U);
  EXPECT_EQ(mounts[1].mount_point, "/mnt2");
  EXPECT_EQ(mounts[1].type, "ext3");
  EXPECT_EQ(mounts[1].device, "/dev/root");
  EXPECT_TRUE(mounts[1].read_only);  // the file system is, though the mount is not
}

TEST(ParseMountinfo, AFileSystemThatStoppedWritingAfterAnErrorIsReadOnly) {
  const auto mounts = parse_mountinfo(
      "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,emergency_ro,errors=remount-ro\n");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_TRUE(mounts[0].read_only);
}

TEST(ParseMountinfo, UndoesTheEscapesOfThePlaceOnly) {
  const auto mounts =
      parse_mountinfo("1 1 0:1 / /a\\040b\\011c\\134d\\12\\400 rw - cifs //srv/My\\040Share rw\n");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].mount_point, "/a b\tc\\d\\12\\400");
  EXPECT_EQ(mounts[0].device, "//srv/My\\040Share");
}

TEST(ParseMountinfo, OfSeveralMountsAtOnePlaceTheLastIsSeen) {
  const auto mounts = parse_mountinfo(
      "1 1 0:1 / / rw - rootfs rootfs rw\n"
      "2 1 8:1 / /x rw - ext4 /dev/sda1 rw\n"
      "3 1 254:0 / / rw - ext4 /dev/vda rw\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].mount_point, "/x");
  EXPECT_EQ(mounts[1].device, "/dev/vda");
}

TEST(ParseMountinfo, LeavesOutOddLines) {
  EXPECT_TRUE(parse_mountinfo("").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 0:1 / / rw ext4 /dev/vda rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 x:1 / / rw - ext4 /dev/vda rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 0:1 / relative rw - ext4 /dev/vda rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 0:1 / / rw -\n").empty());
}

TEST(Mountinfo, KnowsWhichFileSystemsAskNobody) {
  EXPECT_TRUE(answers_from_memory("ext4"));
  EXPECT_TRUE(answers_from_memory("tmpfs"));
  EXPECT_FALSE(answers_from_memory("nfs4"));
  EXPECT_FALSE(answers_from_memory("fuse.sshfs"));
  EXPECT_FALSE(answers_from_memory("a-new-one"));
}

TEST(Mountinfo, BelowGoesByWholeNames) {
  EXPECT_TRUE(is_below("/a/b", "/a"));
  EXPECT_TRUE(is_below("/a", "/a"));
  EXPECT_TRUE(is_below("/a", "/"));
  EXPECT_FALSE(is_below("/ab", "/a"));
}

}  // namespace
}  // namespace supercargo
