#include "exporters/transport/secret_reader.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;

constexpr Milliseconds kRefresh{3'000};
constexpr SteadyTime kStart{std::chrono::hours(1)};

std::string text(SecretReader& reader, SteadyTime now) {
  const Result<std::string_view> got = reader.text(now);
  return got ? std::string(*got) : "error: " + got.error().message;
}

TEST(SecretReader, GivesAValueFromTheConfiguration) {
  SecretReader reader({"s3cret", ""}, kRefresh);
  EXPECT_TRUE(reader.configured());
  EXPECT_EQ(text(reader, kStart), "s3cret");
}

TEST(SecretReader, IsNotConfiguredWithoutValueAndFile) {
  const SecretReader reader({}, kRefresh);
  EXPECT_FALSE(reader.configured());
}

TEST(SecretReader, TrimsTheLineEndOfAFile) {
  TempTree tree;
  tree.file("token", "abc\n");
  SecretReader reader({"", tree.path("token")}, kRefresh);
  EXPECT_EQ(text(reader, kStart), "abc");
}

TEST(SecretReader, ReadsARotatedFileAfterTheRefreshTime) {
  TempTree tree;
  tree.file("token", "old");
  SecretReader reader({"", tree.path("token")}, kRefresh);
  EXPECT_EQ(text(reader, kStart), "old");
  tree.file("token", "new");
  EXPECT_EQ(text(reader, kStart + kRefresh - Milliseconds(1)), "old");
  EXPECT_EQ(text(reader, kStart + kRefresh), "new");
}

TEST(SecretReader, ReadsAtOnceAfterForget) {
  TempTree tree;
  tree.file("token", "old");
  SecretReader reader({"", tree.path("token")}, kRefresh);
  EXPECT_EQ(text(reader, kStart), "old");
  tree.file("token", "new");
  reader.forget();
  EXPECT_EQ(text(reader, kStart), "new");
}

TEST(SecretReader, KeepsTheLastTextWhileTheFileIsAway) {
  TempTree tree;
  tree.file("token", "old");
  SecretReader reader({"", tree.path("token")}, kRefresh);
  EXPECT_EQ(text(reader, kStart), "old");
  tree.remove("token");
  EXPECT_EQ(text(reader, kStart + kRefresh), "old");
}

TEST(SecretReader, NamesTheFileThatItCannotRead) {
  TempTree tree;
  SecretReader reader({"", tree.path("none")}, kRefresh);
  EXPECT_EQ(text(reader, kStart),
            "error: open " + tree.path("none") + ": No such file or directory");
}

TEST(SecretReader, RefusesAFileOfSeveralLinesOrNone) {
  TempTree tree;
  tree.file("two", "a\nInjected: b");
  tree.file("empty", "\n");
  SecretReader two({"", tree.path("two")}, kRefresh);
  SecretReader empty({"", tree.path("empty")}, kRefresh);
  EXPECT_EQ(text(two, kStart), "error: " + tree.path("two") + ": expected a secret of one line");
  EXPECT_EQ(text(empty, kStart),
            "error: " + tree.path("empty") + ": expected a secret of one line");
}

}  // namespace
}  // namespace supercargo
