#include "exporters/loki/fitting_posts.h"

#include <gtest/gtest.h>

#include "tests/exporters/loki/post_fixture.h"

namespace supercargo {
namespace {

using test::lines_of;
using test::post_of;

Post four_lines(PostMaker& maker) {
  const std::string long_text(100, 'x');
  return post_of(
      maker,
      {{1, "a", 1, long_text}, {1, "a", 2, long_text}, {1, "a", 3, long_text}, {1, "a", 4, "y"}});
}

TEST(FittingPosts, WithoutABoundThePostStaysWhole) {
  PostMaker maker;
  EXPECT_EQ(fitting_posts(maker, four_lines(maker), 0).size(), 1U);
}

TEST(FittingPosts, EachPartFitsAndNoEntryIsMissing) {
  PostMaker maker;
  Post whole = four_lines(maker);
  const std::size_t lines = lines_of(maker, whole).size();
  const std::uint64_t most = whole.body_bytes * 2 / 3;
  const std::deque<Post> parts = fitting_posts(maker, std::move(whole), most);
  EXPECT_GT(parts.size(), 1U);
  std::size_t found = 0;
  for (const Post& part : parts) {
    EXPECT_LE(part.body_bytes, most);
    found += lines_of(maker, part).size();
  }
  EXPECT_EQ(found, lines);
}

TEST(FittingPosts, ASingleEntryStaysWholeHoweverLargeItIs) {
  PostMaker maker;
  EXPECT_EQ(fitting_posts(maker, four_lines(maker), 1).size(), 4U);
}

TEST(FittingPosts, TheLastPartOfAScoutIsTheScout) {
  PostMaker maker;
  Post whole = four_lines(maker);
  whole.scout = true;
  const std::deque<Post> parts = fitting_posts(maker, std::move(whole), 1);
  for (const Post& part : parts) {
    EXPECT_EQ(part.scout, &part == &parts.back());
  }
}

}  // namespace
}  // namespace supercargo
