#include "exporters/loki/post_maker.h"

#include <gmock/gmock.h>

#include "tests/exporters/loki/post_fixture.h"

namespace supercargo {
namespace {

using test::lines_of;
using test::post_of;
using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* kA = R"({container="a",stream="stdout"} )";
constexpr const char* kB = R"({container="b",stream="stdout"} )";

std::string of_a(const std::string& text) {
  return kA + text;
}

std::string of_b(const std::string& text) {
  return kB + text;
}

Amount raw_of(const Post& post) {
  Amount sum;
  RawSizesReader sizes(post.sizes.view());
  std::uint64_t count = 0;
  for (; !sizes.done(); ++count) {
    sum += sizes.next();
  }
  EXPECT_EQ(count, post.count());
  Amount of_runs;
  for (const PostRun& run : post.runs) {
    of_runs += run.raw;
  }
  EXPECT_EQ(sum.bytes, of_runs.bytes);
  EXPECT_EQ(sum.lines, of_runs.lines);
  return sum;
}

TEST(PostMaker, PutsPiecesOfOneStreamIntoOne) {
  PostMaker maker;
  const Post post = post_of(
      maker, {{1, "a", 5, "one"}, {2, "b", 6, "two"}, {1, "a", 7, "three"}, {3, "a", 2, ""}});
  EXPECT_THAT(post.streams, SizeIs(2));
  EXPECT_FALSE(post.alone());
  EXPECT_EQ(post.loki_bytes(), 11U);
  EXPECT_EQ(raw_of(post).bytes, 15U);
  EXPECT_THAT(lines_of(maker, post),
              UnorderedElementsAre(of_a("one"), of_a("three"), of_a(""), of_b("two")));
  for (const PostStream& stream : post.streams) {
    EXPECT_EQ(stream.times.oldest_ns, stream.count == 3 ? 2 : 6);
    EXPECT_EQ(stream.times.newest_ns, stream.count == 3 ? 7 : 6);
  }
}

TEST(PostMaker, RewritesWithChosenEntries) {
  PostMaker maker;
  const Post post = post_of(maker, {{1, "a", 5, "one"}, {2, "a", 6, "two!"}, {1, "a", 7, "three"}});
  EXPECT_FALSE(maker.open(post).empty());
  const std::optional<Post> some =
      maker.rewrite(post, [](std::uint64_t i, const PushEntry&) { return EntryChange{i != 1}; });
  ASSERT_TRUE(some);
  EXPECT_EQ(raw_of(*some).bytes, 10U);
  ASSERT_THAT(some->runs, SizeIs(2));
  EXPECT_EQ(some->runs[0].chain, 1U);
  EXPECT_EQ(some->runs[1].chain, 1U);
  EXPECT_EQ(some->streams[0].times.oldest_ns, 5);
  EXPECT_EQ(some->streams[0].times.newest_ns, 7);
  EXPECT_EQ(some->loki_bytes(), 8U);
  EXPECT_THAT(lines_of(maker, *some), ElementsAre(of_a("one"), of_a("three")));
  EXPECT_FALSE(maker.open(post).empty());
  EXPECT_FALSE(
      maker.rewrite(post, [](std::uint64_t, const PushEntry&) { return EntryChange{false}; }));
}

TEST(PostMaker, SplitsInTwoInOrder) {
  PostMaker maker;
  const Post post = post_of(maker, {{1, "a", 5, "1"}, {1, "a", 6, "2"}, {2, "a", 7, "3"}});
  const auto halves = maker.split(post);
  ASSERT_TRUE(halves);
  std::vector<std::string> lines = lines_of(maker, halves->first);
  for (const std::string& line : lines_of(maker, halves->second)) {
    lines.push_back(line);
  }
  EXPECT_THAT(lines, ElementsAre(of_a("1"), of_a("2"), of_a("3")));
  EXPECT_EQ(raw_of(halves->first).bytes + raw_of(halves->second).bytes, 6U);
  EXPECT_EQ(halves->first.halvings, 1U);
  EXPECT_FALSE(maker.split(post_of(maker, {{1, "a", 5, "1"}})));
}

TEST(PostMaker, GivesEachStreamAPostOfItsOwn) {
  PostMaker maker;
  const Post post = post_of(maker, {{1, "a", 5, "1"}, {2, "b", 6, "2"}, {1, "a", 7, "3"}});
  const std::vector<Post> parts = maker.split_streams(post);
  ASSERT_THAT(parts, SizeIs(2));
  std::vector<std::vector<std::string>> lines;
  for (const Post& part : parts) {
    EXPECT_TRUE(part.alone());
    lines.push_back(lines_of(maker, part));
  }
  EXPECT_THAT(lines,
              UnorderedElementsAre(ElementsAre(of_a("1"), of_a("3")), ElementsAre(of_b("2"))));
}

TEST(PostMaker, OpensNothingOfADamagedBody) {
  PostMaker maker;
  Post post = post_of(maker, {{1, "a", 5, "1"}});
  post.body.truncate(post.body.size() / 2);
  EXPECT_TRUE(maker.open(post).empty());
  EXPECT_FALSE(maker.split(post));
  EXPECT_THAT(maker.split_streams(post), testing::IsEmpty());
}

}  // namespace
}  // namespace supercargo
