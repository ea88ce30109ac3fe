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

TEST(SecretReader, NamesTheFileThatItCouldNeverRead) {
  TempTree tree;
  SecretReader reader({"", tree.path("none")}, kRefresh);
  EXPECT_NE(text(reader, kStart).find(tree.path("none") + ": No such file or directory"),
            std::string::npos);
}

}  // namespace
}  // namespace supercargo
