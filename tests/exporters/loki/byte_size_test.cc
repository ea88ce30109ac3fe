#include "exporters/loki/byte_size.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ByteSize, ReadsSizesAsLokiPrintsThem) {
  EXPECT_EQ(parse_byte_size("0B"), 0U);
  EXPECT_EQ(parse_byte_size("17B"), 17U);
  EXPECT_EQ(parse_byte_size("64KB"), 65'536U);
  EXPECT_EQ(parse_byte_size("3MB"), 3'145'728U);
  EXPECT_EQ(parse_byte_size("2EB"), std::uint64_t{2} << 60U);
}

TEST(ByteSize, ReadsSizesAsPeopleWriteThem) {
  EXPECT_EQ(parse_byte_size("1.5MB"), 1'572'864U);
  EXPECT_EQ(parse_byte_size("1.5 mb"), 1'572'864U);
  EXPECT_EQ(parse_byte_size("2MiB"), 2'097'152U);
  EXPECT_EQ(parse_byte_size("100"), 100U);
  EXPECT_EQ(parse_byte_size("8k"), 8'192U);
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text : {"",
                           "MB",
                           "3XB",
                           "3MBs",
                           "-1B",
                           "1.2.3MB",
                           "1e3",
                           ".",
                           "99999999EB",
                           "16EB",
                           "i",
                           "3 i B"}) {
    EXPECT_FALSE(parse_byte_size(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo
