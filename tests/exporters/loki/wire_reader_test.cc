#include "exporters/loki/wire_reader.h"

#include <gtest/gtest.h>

namespace supercargo::wire {
namespace {

bool reads(std::string_view bytes, WireField& field) {
  WireReader reader(bytes);
  return reader.next(field) && !reader.damaged();
}

bool is_damaged(std::string_view bytes) {
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
  }
  return reader.damaged();
}

using namespace std::string_view_literals;

TEST(WireReader, ReadsNumbersAndBytes) {
  WireField field;
  ASSERT_TRUE(reads("\x08\x96\x01"sv, field));
  EXPECT_EQ(field.number, 1U);
  EXPECT_FALSE(field.is_bytes);
  EXPECT_EQ(field.value, 150U);
  ASSERT_TRUE(
      reads("\x12\x03"
            "abc\x08\x01"sv,
            field));
  EXPECT_EQ(field.number, 2U);
  EXPECT_TRUE(field.is_bytes);
  EXPECT_EQ(field.bytes, "abc");
  EXPECT_EQ(field.whole,
            "\x12\x03"
            "abc");
}

TEST(WireReader, ReadsFixedWidths) {
  WireField field;
  ASSERT_TRUE(reads("\x09\x01\x00\x00\x00\x00\x00\x00\x80"sv, field));
  EXPECT_EQ(field.value, 0x8000'0000'0000'0001U);
  ASSERT_TRUE(reads("\x0D\x02\x00\x00\x80"sv, field));
  EXPECT_EQ(field.value, 0x8000'0002U);
}

TEST(WireReader, TakesVarintsThatAreLongerThanTheyMustBe) {
  WireField field;
  ASSERT_TRUE(reads("\x0A\x82\x80\x80\x00zz"sv, field));
  EXPECT_EQ(field.bytes, "zz");
  ASSERT_TRUE(reads("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv, field));
  EXPECT_EQ(field.value, ~std::uint64_t{0});
}

TEST(WireReader, EndsAtTheEnd) {
  EXPECT_FALSE(is_damaged(""sv));
  EXPECT_FALSE(is_damaged("\x08\x01\x10\x02"sv));
}

TEST(WireReader, StopsAtWhatIsNoField) {
  for (const std::string_view bytes : {"\x08"sv,
                                       "\x08\x80"sv,
                                       "\x12\x05xx"sv,
                                       "\x12\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01x"sv,
                                       "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv,
                                       "\x09\x01\x02\x03"sv,
                                       "\x0D\x01\x02\x03"sv,
                                       "\x0B\x0C"sv,
                                       "\x0F"sv,
                                       "\x00\x01"sv}) {
    EXPECT_TRUE(is_damaged(bytes));
  }
}

TEST(WireReader, ReadsNothingBehindTheDamage) {
  WireReader reader("\x0B\x08\x01"sv);
  WireField field;
  EXPECT_FALSE(reader.next(field));
  EXPECT_FALSE(reader.next(field));
  EXPECT_TRUE(reader.damaged());
}

}  // namespace
}  // namespace supercargo::wire
