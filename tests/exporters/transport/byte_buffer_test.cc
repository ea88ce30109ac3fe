#include "exporters/transport/byte_buffer.h"

#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ByteBuffer, KeepsWhatWasAppendedWhileItGrows) {
  ByteBuffer buffer;
  std::string expected;
  for (int i = 0; i < 2'000; ++i) {
    const std::string piece = std::to_string(i);
    buffer.append(piece);
    expected += piece;
  }
  EXPECT_EQ(buffer.view(), expected);
}

TEST(ByteBuffer, KeepsItsMemoryWhenCleared) {
  ByteBuffer buffer;
  buffer.reserve(1'000);
  const char* place = buffer.data();
  buffer.append("abc");
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.data(), place);
  EXPECT_EQ(buffer.capacity(), 1'000U);
}

TEST(ByteBuffer, GivesThePlaceOfTheBytesItWasExtendedBy) {
  ByteBuffer buffer;
  buffer.append("ab");
  char* place = buffer.extend(3);
  place[0] = 'c';
  place[1] = 'd';
  place[2] = 'e';
  buffer.truncate(4);
  EXPECT_EQ(buffer.view(), "abcd");
}

TEST(ByteBuffer, IsEmptyAfterItWasMovedFrom) {
  ByteBuffer first;
  first.append("abc");
  ByteBuffer second = std::move(first);
  first.append("x");  // NOLINT(bugprone-use-after-move): a moved-from buffer is an empty one
  EXPECT_EQ(first.view(), "x");
  EXPECT_EQ(second.view(), "abc");
}

TEST(ByteBuffer, TakesEmptyText) {
  ByteBuffer buffer;
  buffer.append("");
  EXPECT_EQ(buffer.view(), "");
}

}  // namespace
}  // namespace supercargo
