#include "collectors/node/kstat.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseKstat, TakesNumbersAfterTheHeader) {
  const Kstat kstat = parse_kstat(
      "9 1 0x01 7 2160 5 7\nearly 4 1\nname                            type data\n"
      "dataset_name                    7    pool1/data\nwrites                          4    4\n"
      "ratio 3 -1\nbad 4 -1\nhits 4 18446744073709551615\n");
  EXPECT_EQ(kstat.dataset, "pool1/data");
  ASSERT_EQ(kstat.fields.size(), 2U);
  EXPECT_EQ(kstat.fields[0].name, "writes");
  EXPECT_EQ(kstat.fields[0].value, 4U);
  EXPECT_EQ(kstat.fields[1].value, 18446744073709551615U);
  EXPECT_TRUE(parse_kstat("").fields.empty());
}

TEST(ParseKstatIo, PairsNamesWithNumbers) {
  const auto fields = parse_kstat_io("12 3 0x00 1 80 7 8\nnread    nwritten reads\n1 2 x\n");
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1].name, "nwritten");
  EXPECT_EQ(fields[1].value, 2U);
  EXPECT_TRUE(parse_kstat_io("nread x").empty());
}

}  // namespace
}  // namespace supercargo
