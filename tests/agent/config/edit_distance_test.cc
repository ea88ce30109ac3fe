#include "agent/base/edit_distance.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 5> kKeys{"url", "tenant", "batch_wait", "max_line", "tls"};

TEST(EditDistance, CountsInsertionsDeletionsAndSubstitutions) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("flaw", "lawn"), 2U);
}

TEST(EditDistance, CountsSwappedNeighboursAsOne) {
  EXPECT_EQ(edit_distance("ulr", "url"), 1U);
  EXPECT_EQ(edit_distance("tennat", "tenant"), 1U);
}

TEST(ClosestWord, FindsAMistypedKey) {
  EXPECT_EQ(closest_word("ulr", kKeys), "url");
  EXPECT_EQ(closest_word("tenat", kKeys), "tenant");
  EXPECT_EQ(closest_word("batchwait", kKeys), "batch_wait");
}

TEST(ClosestWord, FindsAKeyThatTheWordContinuesWithAUnit) {
  EXPECT_EQ(closest_word("max_line_bytes", kKeys), "max_line");
  EXPECT_EQ(closest_word("batch", kKeys), "batch_wait");
}

TEST(ClosestWord, SaysNothingWhenNothingIsClose) {
  EXPECT_EQ(closest_word("colour", kKeys), "");
  EXPECT_EQ(closest_word("", kKeys), "");
  EXPECT_EQ(closest_word(std::string(100'000, 'u'), kKeys), "");
  EXPECT_EQ(closest_word("url", {}), "");
}

}  // namespace
}  // namespace supercargo
