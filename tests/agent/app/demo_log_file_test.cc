#include "agent/app/demo_log_file.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'795'358'202 * kSecond;  // 2026-11-22T14:36:42Z
constexpr std::string_view kLog = "pods/ns_pod_uid/web/0.log";

std::set<std::string> files_in(const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.insert(entry.path().filename());
  }
  return names;
}

TEST(CriTime, DropsTrailingZerosAsGoDoes) {
  EXPECT_EQ(cri_time(kStart), "2026-11-22T14:36:42Z");
  EXPECT_EQ(cri_time(kStart + 1), "2026-11-22T14:36:42.000000001Z");
  EXPECT_EQ(cri_time(kStart + 949'351'580), "2026-11-22T14:36:42.94935158Z");
  EXPECT_EQ(cri_time(kStart + 500'000'000), "2026-11-22T14:36:42.5Z");
}

TEST(DemoLogFile, WritesOneRecordALine) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1 << 20);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, "first"));
  ASSERT_TRUE(file.append(kStart + kSecond, Stream::kStderr, ""));
  EXPECT_EQ(tree.read(kLog),
            "2026-11-22T14:36:42Z stdout F first\n"
            "2026-11-22T14:36:43Z stderr F \n");
}

TEST(DemoLogFile, MakesFilesThatOnlyOwnerAndGroupRead) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1 << 20);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, "x"));

  struct stat info {};

  ASSERT_EQ(::stat(tree.path(kLog).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0640U);
}

TEST(DemoLogFile, CutsALongLineIntoPiecesAndMarksAllButTheLast) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1 << 20);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, std::string(40'000, 'x')));
  const std::string prefix = "2026-11-22T14:36:42Z stdout ";
  EXPECT_EQ(tree.read(kLog),
            prefix + "P " + std::string(16384, 'x') + "\n" + prefix + "P " +
                std::string(16384, 'x') + "\n" + prefix + "F " + std::string(7232, 'x') + "\n");
}

TEST(DemoLogFile, KeepsALineOfExactlyOnePieceWhole) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1 << 20);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, std::string(16384, 'x')));
  EXPECT_THAT(tree.read(kLog), StartsWith("2026-11-22T14:36:42Z stdout F xx"));
}

TEST(DemoLogFile, RotatesAsKubeletDoesWhenTheSizeIsReached) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 60);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, "one"));
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, "two"));
  ASSERT_TRUE(file.append(kStart + kSecond, Stream::kStdout, "three"));
  EXPECT_EQ(tree.read("pods/ns_pod_uid/web/0.log.20261122-143643"),
            "2026-11-22T14:36:42Z stdout F one\n2026-11-22T14:36:42Z stdout F two\n");
  EXPECT_EQ(tree.read(kLog), "2026-11-22T14:36:43Z stdout F three\n");
}

TEST(DemoLogFile, DeletesTheOldestRotatedFiles) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1);
  for (int second = 0; second < 5; ++second) {
    ASSERT_TRUE(file.append(kStart + second * kSecond, Stream::kStdout, "x"));
  }
  EXPECT_THAT(files_in(tree.root() / "pods/ns_pod_uid/web"),
              ElementsAre("0.log", "0.log.20261122-143645", "0.log.20261122-143646"));
}

TEST(DemoLogFile, NeverReplacesARotatedFileOfTheSameSecond) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1);
  for (int line = 0; line < 4; ++line) {
    ASSERT_TRUE(file.append(kStart, Stream::kStdout, "x"));
  }
  const std::string all = tree.read("pods/ns_pod_uid/web/0.log.20261122-143642") + tree.read(kLog);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 4);
}

TEST(DemoLogFile, SaysWhichDirectoryItCannotMake) {
  test::TempTree tree;
  tree.file("pods", "a file where the directory should be");
  DemoLogFile file(tree.path(kLog), 1 << 20);
  const Status status = file.append(kStart, Stream::kStdout, "x");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, StartsWith("create " + tree.path("pods/ns_pod_uid/web")));
}

TEST(DemoLogFile, GoesOnAfterItsDirectoryWasRemoved) {
  test::TempTree tree;
  DemoLogFile file(tree.path(kLog), 1);
  ASSERT_TRUE(file.append(kStart, Stream::kStdout, "x"));
  tree.remove("pods");
  EXPECT_FALSE(file.append(kStart + kSecond, Stream::kStdout, "lost"));
  EXPECT_TRUE(file.append(kStart + 2 * kSecond, Stream::kStdout, "x"));
  EXPECT_EQ(tree.read(kLog), "2026-11-22T14:36:44Z stdout F x\n");
}

}  // namespace
}  // namespace supercargo
