#include "exporters/gelf/gelf_chunks.h"

#include <set>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(GelfChunks, CountsDatagrams) {
  EXPECT_EQ(chunk_count(0, 1420), 1U);
  EXPECT_EQ(chunk_count(1420, 1420), 1U);
  EXPECT_EQ(chunk_count(1421, 1420), 2U);
  EXPECT_EQ(chunk_count(2 * 1408, 1420), 2U);
  EXPECT_EQ(chunk_count(2 * 1408 + 1, 1420), 3U);
  EXPECT_EQ(max_chunked_bytes(1420), 128U * 1408U);
  EXPECT_EQ(chunk_count(max_chunked_bytes(1420), 1420), 128U);
}

TEST(GelfChunks, WritesTheHeader) {
  const ChunkHeader expected{0x1E, 0x0F, 1, 2, 3, 4, 5, 6, 7, 8, 9, 128};
  EXPECT_EQ(chunk_header(0x0102030405060708U, 9, 128), expected);
}

TEST(GelfChunks, IdsDifferWithinAndBetweenNodes) {
  std::set<std::uint64_t> seen;
  for (const char* node : {"a", "a", "b"}) {
    ChunkIds ids(node);
    for (int i = 0; i < 10'000; ++i) {
      EXPECT_TRUE(seen.insert(ids.next()).second);
    }
  }
}

}  // namespace
}  // namespace supercargo
