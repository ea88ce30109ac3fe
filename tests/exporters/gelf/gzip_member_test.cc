#include "exporters/gelf/gzip_member.h"

#include <gtest/gtest.h>

#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in_rules.h"

namespace supercargo {
namespace {

TEST(GzipMember, IsReadByZlib) {
  GzipMember member;
  std::string out;
  for (const std::size_t size : {std::size_t{300}, std::size_t{100'000}, std::size_t{2'000'000}}) {
    const std::string data = std::string(size / 2, 'x') + test::noise(size / 2);
    ASSERT_TRUE(member.compress(data, out));
    EXPECT_LT(out.size(), data.size());
    std::string refusal;
    EXPECT_EQ(test::inflate_gelf(out, refusal), data);
  }
}

TEST(GzipMember, GivesUpWhereItWouldNotHelp) {
  GzipMember member;
  std::string out;
  EXPECT_FALSE(member.compress("", out));
  EXPECT_FALSE(member.compress("x", out));
  EXPECT_FALSE(member.compress(test::noise(20), out));
}

}  // namespace
}  // namespace supercargo
