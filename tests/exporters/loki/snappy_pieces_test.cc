#include "exporters/loki/snappy_pieces.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;

TEST(SnappyPieces, CompressesPiecesAsIfTheyWereOne) {
  const std::string large(200'000, 'x');
  const std::vector<std::string_view> pieces{"", "a", large, "", "b", large, ""};
  std::string whole;
  for (const std::string_view piece : pieces) {
    whole += piece;
  }
  ByteBuffer compressed;
  compressed.append("before");
  compress_pieces(pieces, compressed);
  ASSERT_EQ(compressed.view().substr(0, 6), "before");
  ByteBuffer out;
  ASSERT_TRUE(decompress(compressed.view().substr(6), kMost, out));
  EXPECT_EQ(out.view(), whole);
}

TEST(SnappyPieces, CompressesNothing) {
  ByteBuffer compressed;
  compress_pieces({}, compressed);
  ByteBuffer out;
  EXPECT_TRUE(decompress(compressed.view(), kMost, out));
  EXPECT_TRUE(out.empty());
}

TEST(SnappyPieces, RefusesWhatIsDamagedOrTooLarge) {
  const std::string text(1'000, 'x');
  const std::string_view piece = text;
  ByteBuffer compressed;
  compress_pieces({&piece, 1}, compressed);
  ByteBuffer out;
  EXPECT_FALSE(decompress(compressed.view(), 999, out));
  EXPECT_FALSE(decompress(compressed.view().substr(0, compressed.size() - 1), kMost, out));
  EXPECT_FALSE(decompress("", kMost, out));
}

}  // namespace
}  // namespace supercargo
