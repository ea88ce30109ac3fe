#include "collectors/node/meminfo.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseMeminfo, MultipliesKilobytesAndKeepsPlainNumbers) {
  std::vector<MemoryField> fields;
  ASSERT_TRUE(parse_meminfo("MemTotal:  24683660 kB\nHugePages_Total:   3\n", fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].value, 25276067840.0);
  EXPECT_EQ(fields[1].value, 3.0);
}

TEST(ParseMeminfo, LeavesOutOddLines) {
  std::vector<MemoryField> fields;
  ASSERT_TRUE(parse_meminfo("\nA: x kB\nB 1 kB\nC: 1 kB more\nX: nan\nE: 1 kB\n", fields));
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].key, "E");
  EXPECT_FALSE(parse_meminfo("", fields));
}

TEST(MemoryFamilySuffix, IsNodeExporters) {
  EXPECT_EQ(memory_family_suffix({"Active(anon)", 0, true}), "Active_anon_bytes");
  EXPECT_EQ(memory_family_suffix({"HugePages_Free", 0, false}), "HugePages_Free");
  EXPECT_EQ(memory_family_suffix({"Odd(", 0, false}), "Odd(");
}

}  // namespace
}  // namespace supercargo
