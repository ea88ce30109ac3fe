#include "agent/config/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretFile : public ::testing::Test {
 protected:
  Secret file(std::string_view content) {
    tree_.file("secret", content);
    return Secret{.value = "", .file = tree_.path("secret")};
  }

  test::TempTree tree_;
};

TEST(ResolveSecret, GivesThePlainValue) {
  EXPECT_EQ(*resolve_secret(Secret{.value = "hunter2", .file = ""}), "hunter2");
  EXPECT_EQ(*resolve_secret(Secret{}), "");
}

TEST_F(SecretFile, LosesItsLineEnd) {
  EXPECT_EQ(*resolve_secret(file("hunter2\n")), "hunter2");
  EXPECT_EQ(*resolve_secret(file("hunter2\r\n")), "hunter2");
  EXPECT_EQ(*resolve_secret(file(" hunter2 ")), " hunter2 ");
}

TEST_F(SecretFile, IsReadAgainEachTime) {
  const Secret secret = file("old\n");
  EXPECT_EQ(*resolve_secret(secret), "old");
  tree_.file("secret", "new\n");
  EXPECT_EQ(*resolve_secret(secret), "new");
}

TEST_F(SecretFile, MayNotBeEmptyLargeOrSeveralLines) {
  for (const std::string& content :
       {std::string(), std::string("\n"), std::string("hun\nter2"), std::string(70'000, 'x')}) {
    const auto secret = resolve_secret(file(content));
    ASSERT_FALSE(secret);
    EXPECT_THAT(secret.error().message, HasSubstr(tree_.path("secret")));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("ter2")));
  }
}

TEST_F(SecretFile, NamesTheFileThatIsMissing) {
  const auto secret = resolve_secret(Secret{.value = "", .file = tree_.path("none")});
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(secret.error().message, HasSubstr("No such file or directory"));
}

TEST_F(SecretFile, MayNotBeADirectory) {
  EXPECT_FALSE(resolve_secret(Secret{.value = "", .file = tree_.root().string()}));
}

}  // namespace
}  // namespace supercargo
