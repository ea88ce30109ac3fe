#include "agent/base/host_paths.h"

#include <array>
#include <cerrno>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Open = std::function<Result<UniqueFd>(const std::string& root, std::string_view path)>;

struct Way {
  const char* name;
  Open open;
};

// Both ways must agree: openat2 (which falls back by itself where the kernel has none) and the walk
// in user space.
class OpenInRoot : public testing::TestWithParam<Way> {
 protected:
  OpenInRoot() {
    tree_.file("outside", "not the host's");
    tree_.file("host/var/log/pods/ns_pod_uid/web/0.log", "line\n");
    tree_.file("host/etc/outside", "the host's");
  }

  // The text of the file at a host path, or the error's message.
  std::string read(std::string_view host_path) {
    const Result<UniqueFd> fd = GetParam().open(tree_.path("host"), host_path);
    if (!fd) {
      return "error: " + fd.error().message;
    }
    std::string text;
    const Status status = read_all(fd->get(), text);
    return status ? text : "error: " + status.error().message;
  }

  test::TempTree tree_;
};

TEST_P(OpenInRoot, OpensAPlainPath) {
  EXPECT_EQ(read("/var/log/pods/ns_pod_uid/web/0.log"), "line\n");
  EXPECT_EQ(read("//var//log/./pods/ns_pod_uid/web/0.log"), "line\n");
}

TEST_P(OpenInRoot, ResolvesAbsoluteLinksBelowTheRoot) {
  tree_.link("host/var/log/containers/web.log", "/var/log/pods/ns_pod_uid/web/0.log");
  EXPECT_EQ(read("/var/log/containers/web.log"), "line\n");
}

TEST_P(OpenInRoot, ResolvesRelativeLinksFromTheirDirectory) {
  tree_.link("host/var/log/containers/web.log", "../pods/ns_pod_uid/web/0.log");
  EXPECT_EQ(read("/var/log/containers/web.log"), "line\n");
}

TEST_P(OpenInRoot, FollowsLinksToDirectoriesInTheMiddleOfAPath) {
  tree_.link("host/logs", "/var/log");
  tree_.link("host/var/log/all", "pods");
  EXPECT_EQ(read("/logs/all/ns_pod_uid/web/0.log"), "line\n");
}

TEST_P(OpenInRoot, NeverLeavesTheRoot) {
  tree_.link("host/up", "../outside");
  tree_.link("host/etc/far_up", "/../../../../../outside");
  EXPECT_THAT(read("/../outside"), testing::StartsWith("error: "));
  EXPECT_THAT(read("/up"), testing::StartsWith("error: "));
  EXPECT_THAT(read("/etc/far_up"), testing::StartsWith("error: "));
  EXPECT_EQ(read("/var/../../../etc/outside"), "the host's");
}

TEST_P(OpenInRoot, GivesUpOnLinksThatPointAtEachOther) {
  tree_.link("host/a", "/b");
  tree_.link("host/b", "/a");
  EXPECT_THAT(read("/a"), testing::HasSubstr("Too many levels of symbolic links"));
}

TEST_P(OpenInRoot, LeavesTheReasonInErrnoForGlob) {
  tree_.link("host/var/round", "/var/round");
  errno = 0;
  EXPECT_FALSE(GetParam().open(tree_.path("host"), "/var/round/web.log"));
  EXPECT_EQ(errno, ELOOP);
  EXPECT_FALSE(GetParam().open(tree_.path("host"), "/var/none/web.log"));
  EXPECT_EQ(errno, ENOENT);
}

TEST_P(OpenInRoot, FollowsAsManyLinksAsTheKernel) {
  tree_.file("host/0", "end");
  for (int i = 1; i <= 41; ++i) {
    tree_.link("host/" + std::to_string(i), std::to_string(i - 1));
  }
  // A kernel that has to begin its walk again, since the tree changes elsewhere, counts on: at most
  // three times.
  const bool walks_once = std::string_view(GetParam().name) == "walk";
  EXPECT_EQ(read(walks_once ? "/40" : "/13"), "end");
  EXPECT_THAT(read("/41"), testing::HasSubstr("Too many levels of symbolic links"));
}

TEST_P(OpenInRoot, SaysNotFoundForAMissingFile) {
  const Result<UniqueFd> fd = GetParam().open(tree_.path("host"), "/var/none");
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(fd.error().message, testing::HasSubstr("/var/none"));
}

TEST_P(OpenInRoot, SaysNotFoundForADanglingLink) {
  tree_.link("host/dangling", "/outside");
  EXPECT_THAT(read("/dangling"), testing::HasSubstr("No such file"));
}

TEST_P(OpenInRoot, DoesNotStepBackOverWhatDoesNotExist) {
  EXPECT_THAT(read("/none/../etc/outside"), testing::HasSubstr("No such file"));
}

TEST_P(OpenInRoot, OpensTheRootItself) {
  const Result<UniqueFd> fd = GetParam().open(tree_.path("host"), "/");
  ASSERT_TRUE(fd);
  std::string text;
  EXPECT_TRUE(read_file_at(fd->get(), "etc/outside", text));
  EXPECT_EQ(text, "the host's");
}

TEST_P(OpenInRoot, ClosesOnExec) {
  const Result<UniqueFd> fd = GetParam().open(tree_.path("host"), "/etc/outside");
  ASSERT_TRUE(fd);
  EXPECT_NE(::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, 0);
}

Result<UniqueFd> open_with_host_paths(const std::string& root, std::string_view path) {
  HostPaths paths;
  paths.root = root;
  return paths.open_in_root(path, O_RDONLY);
}

Result<UniqueFd> open_by_walking(const std::string& root, std::string_view path) {
  return walk_in_root(root, path, O_RDONLY);
}

INSTANTIATE_TEST_SUITE_P(BothWays,
                         OpenInRoot,
                         testing::Values(Way{"kernel", open_with_host_paths},
                                         Way{"walk", open_by_walking}),
                         [](const auto& way) { return way.param.name; });

TEST(HostPaths, OpensDirectlyWhenTheRootIsTheMachines) {
  test::TempTree tree;
  tree.file("file", "text");
  std::string text;
  const Result<UniqueFd> fd = HostPaths{}.open_in_root(tree.path("file"), O_RDONLY);
  ASSERT_TRUE(fd);
  EXPECT_TRUE(read_all(fd->get(), text));
  EXPECT_EQ(text, "text");
}

TEST(HostPaths, NamesARootThatIsMissing) {
  HostPaths paths;
  paths.root = "/nowhere/at/all";
  const Result<UniqueFd> fd = paths.open_in_root("/x", O_RDONLY);
  ASSERT_FALSE(fd);
  EXPECT_THAT(fd.error().message, testing::HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace supercargo
