#include "exporters/loki/post_plan.h"

#include <map>

#include <gmock/gmock.h>

#include "tests/exporters/loki/post_fixture.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::size_t kAny = std::size_t{1} << 30U;

// Pieces of 100 bytes each of the given streams.
std::vector<EncodedPiece> pieces_of(const std::vector<std::uint64_t>& streams,
                                    std::uint32_t tenant = 0) {
  std::vector<EncodedPiece> pieces;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    EncodedPiece& piece = pieces.emplace_back();
    piece.tenant = tenant;
    piece.stream = streams[i];
    piece.chain = i;
    piece.count = 1;
    piece.loki_bytes = 100;
    piece.entries = {i * 100, i * 100 + 100};
    piece.times.add(static_cast<std::int64_t>(i));
  }
  return pieces;
}

std::vector<std::vector<std::uint64_t>> streams_of(std::span<const PlannedPost> posts) {
  std::vector<std::vector<std::uint64_t>> out;
  for (const PlannedPost& post : posts) {
    std::vector<std::uint64_t>& streams = out.emplace_back();
    for (const PlannedStream& stream : post.streams) {
      streams.push_back(stream.sums.stream);
    }
  }
  return out;
}

TEST(PostPlan, PutsLastTheStreamOfWhichAnAnswerDidNotSpeakForMost) {
  PostPlan plan;
  const std::vector<EncodedPiece> pieces = pieces_of({1, 2, 3, 4});
  const auto posts = plan.plan(
      pieces,
      [](PlannedStream& stream) {
        stream.sharing = Sharing::kShared;
        stream.unproven_bytes = stream.sums.stream == 2 ? 500 : 100;
      },
      [](std::uint32_t) { return kAny; });
  EXPECT_THAT(streams_of(posts), ElementsAre(ElementsAre(1, 4, 3, 2)));
}

TEST(PostPlan, GathersAStreamsPiecesInTheOrderOfReading) {
  PostPlan plan;
  const std::vector<EncodedPiece> pieces = pieces_of({2, 1, 2});
  const auto posts = plan.plan(
      pieces, [](PlannedStream&) {}, [](std::uint32_t) { return kAny; });
  EXPECT_THAT(streams_of(posts), ElementsAre(ElementsAre(1), ElementsAre(2)));
  const PlannedStream& stream = posts[1].streams[0];
  ASSERT_THAT(stream.pieces, SizeIs(2));
  EXPECT_EQ(stream.pieces[0]->chain, 0U);
  EXPECT_EQ(stream.pieces[1]->chain, 2U);
  EXPECT_EQ(stream.sums.loki_bytes, 200U);
  EXPECT_EQ(stream.sums.times.oldest_ns, 0);
  EXPECT_EQ(stream.sums.times.newest_ns, 2);
  EXPECT_EQ(stream.body_bytes, 200U);
}

TEST(PostPlan, PutsWhatMayShareTogetherUpToASize) {
  PostPlan plan;
  const std::vector<EncodedPiece> pieces = pieces_of({1, 2, 3, 4, 5});
  const auto posts = plan.plan(
      pieces,
      [](PlannedStream& stream) {
        stream.sharing = stream.sums.stream == 3 ? Sharing::kAlone : Sharing::kShared;
      },
      [](std::uint32_t) { return std::size_t{300}; });
  EXPECT_THAT(streams_of(posts), ElementsAre(ElementsAre(3), ElementsAre(1, 2, 4), ElementsAre(5)));
}

TEST(PostPlan, KeepsTenantsApart) {
  PostPlan plan;
  std::vector<EncodedPiece> pieces = pieces_of({1, 2});
  for (const EncodedPiece& piece : pieces_of({1, 2}, 1)) {
    pieces.push_back(piece);
  }
  const auto posts = plan.plan(
      pieces,
      [](PlannedStream& stream) { stream.sharing = Sharing::kShared; },
      [](std::uint32_t) { return kAny; });
  ASSERT_THAT(posts, SizeIs(2));
  EXPECT_EQ(posts[0].tenant, 0U);
  EXPECT_EQ(posts[1].tenant, 1U);
}

TEST(PostPlan, SendsAheadThoseThatShowTheOthersToBeHarmless) {
  PostPlan plan;
  const std::vector<EncodedPiece> pieces = pieces_of({1, 2, 3, 4});
  const std::map<std::uint64_t, SpanBytes> rates{
      {1, {5, 5}}, {2, {9, 9}}, {3, {1, 10}}, {4, {9, 1}}};
  const auto posts = plan.plan(
      pieces,
      [&](PlannedStream& stream) {
        stream.sharing = Sharing::kBehindScout;
        stream.rate = rates.at(stream.sums.stream);
      },
      [](std::uint32_t) { return kAny; });
  EXPECT_THAT(streams_of(posts), ElementsAre(ElementsAre(2), ElementsAre(3), ElementsAre(1, 4)));
  EXPECT_EQ(posts[0].sharing, Sharing::kScout);
  EXPECT_EQ(posts[1].sharing, Sharing::kScout);
  EXPECT_EQ(posts[2].sharing, Sharing::kBehindScout);
}

}  // namespace
}  // namespace supercargo
