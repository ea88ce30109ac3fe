#include "collectors/node/filefd.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseFileNr, ReadsTheFirstAndTheLastNumber) {
  const auto handles = parse_file_nr("754\t0\t9223372036854775807\n");
  ASSERT_TRUE(handles);
  EXPECT_EQ(handles->allocated, 754U);
  EXPECT_EQ(handles->maximum, 9223372036854775807U);
}

TEST(ParseFileNr, RefusesAnythingElse) {
  EXPECT_FALSE(parse_file_nr(""));
  EXPECT_FALSE(parse_file_nr("754 0"));
  EXPECT_FALSE(parse_file_nr("x 0 1"));
}

}  // namespace
}  // namespace supercargo
