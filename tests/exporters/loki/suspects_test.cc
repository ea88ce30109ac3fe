#include "exporters/loki/suspects.h"

#include <gmock/gmock.h>

#include "tests/exporters/loki/post_fixture.h"

namespace supercargo {
namespace {

using test::lines_of;
using test::post_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SuspectsTest : public testing::Test {
 protected:
  SuspectsTest() {
    memory_.tenants.resize(1);
    answer_.meaning = LokiAnswer::Meaning::kSuspicious;
    answer_.reason = "http_500";
  }

  PostRuling rule(Post& post) { return suspects_.rule(post, answer_, fate_, now_); }

  void something_passes() { ++memory_.tenants[0].passes; }

  void its_stream_passes(const Post& post) {
    something_passes();
    ++memory_.streams.of(0, post.streams[0].stream).passes;
  }

  SteadyTime now_{};

  LokiMemory memory_;
  PostMaker maker_;
  Suspects suspects_{memory_, maker_};
  RequestFate fate_{1, 0};
  LokiAnswer answer_;
};

TEST_F(SuspectsTest, WaitsAtTheFirstFailure) {
  Post post = post_of(maker_, {{1, "a", 5, "1"}, {1, "a", 6, "2"}});
  something_passes();
  const PostRuling ruling = rule(post);
  ASSERT_TRUE(ruling.retry);
  EXPECT_EQ(ruling.retry->reason, "http_500");
  EXPECT_THAT(ruling.again, IsEmpty());
}

TEST_F(SuspectsTest, HalvesWhatFailsWhileOthersPass) {
  Post post = post_of(maker_, {{1, "a", 5, "1"}, {1, "a", 6, "2"}});
  EXPECT_TRUE(rule(post).retry);
  something_passes();
  const PostRuling ruling = rule(post);
  EXPECT_FALSE(ruling.retry);
  EXPECT_FALSE(ruling.side_by_side);
  ASSERT_THAT(ruling.again, SizeIs(2));
  EXPECT_THAT(lines_of(maker_, ruling.again[1]),
              ElementsAre(R"({container="a",stream="stdout"} 2)"));
}

TEST_F(SuspectsTest, TakesStreamsApartFirst) {
  Post post = post_of(maker_, {{1, "a", 5, "1"}, {2, "b", 6, "2"}});
  EXPECT_TRUE(rule(post).retry);
  something_passes();
  const PostRuling ruling = rule(post);
  EXPECT_TRUE(ruling.side_by_side);
  EXPECT_THAT(ruling.again, SizeIs(2));
}

TEST_F(SuspectsTest, GivesALineUpOnlyAfterManyFailuresWithPassesBetween) {
  Post post = post_of(maker_, {{1, "a", 5, "1"}});
  EXPECT_TRUE(rule(post).retry);
  something_passes();
  for (std::uint32_t strike = 1; strike < Suspects::kStrikes; ++strike) {
    its_stream_passes(post);
    EXPECT_TRUE(rule(post).retry) << strike;
  }
  its_stream_passes(post);
  EXPECT_FALSE(rule(post).retry);
  const Outcome outcome = std::move(fate_).outcome(/*works=*/false);
  EXPECT_EQ(outcome.kind, Outcome::Kind::kDelivered);
  ASSERT_THAT(outcome.parts, SizeIs(1));
  EXPECT_THAT(outcome.parts[0].refused, SizeIs(1));
}

TEST_F(SuspectsTest, GivesALineUpThatHasAnotherTimeWheneverItIsRead) {
  bool given_up = false;
  for (std::uint32_t i = 0; i <= Suspects::kStrikesOfStream; ++i) {
    Post post = post_of(maker_, {{1, "a", 5 + i, "1"}});
    its_stream_passes(post);
    given_up = given_up || !rule(post).retry;
  }
  EXPECT_TRUE(given_up);
}

TEST_F(SuspectsTest, GivesNoLineUpWhileNothingOfItsStreamPasses) {
  for (int i = 0; i < 100; ++i) {
    now_ += 10 * Suspects::kLonely;
    something_passes();
    for (std::int64_t line = 0; line < 30; ++line) {
      Post post = post_of(maker_, {{1, "a", line, "1"}});
      EXPECT_TRUE(rule(post).retry);
    }
  }
}

TEST_F(SuspectsTest, GivesALineUpAfterMinutesThatIsAllThatItsStreamHas) {
  Post post = post_of(maker_, {{1, "a", 5, "1"}});
  int tries = 0;
  while (rule(post).retry && tries < 10'000) {
    now_ += std::chrono::seconds(1);
    something_passes();
    ++tries;
  }
  EXPECT_GE(tries, 60);
  EXPECT_LE(tries, 10 * std::chrono::seconds(Suspects::kLonely).count());
}

TEST_F(SuspectsTest, LeavesAStreamThatNobodyKeepsWholeAndAlone) {
  answer_.meaning = LokiAnswer::Meaning::kNoIngester;
  for (int i = 0; i < 100; ++i) {
    Post post = post_of(maker_, {{1, "a", 5, "1"}, {1, "a", 6, "2"}});
    its_stream_passes(post);
    const PostRuling ruling = rule(post);
    ASSERT_TRUE(ruling.retry);
    EXPECT_FALSE(ruling.later);
    EXPECT_TRUE(memory_.streams.of(0, post.streams[0].stream).away);
  }
}

TEST_F(SuspectsTest, GivesNoLineUpWhileNothingPasses) {
  for (int i = 0; i < 100; ++i) {
    Post post = post_of(maker_, {{1, "a", 5, "1"}});
    EXPECT_TRUE(rule(post).retry);
  }
}

TEST_F(SuspectsTest, TriesWhatStandsBehindALineWhenThereIsNothingElse) {
  bool later = false;
  for (std::uint32_t i = 0; i < Suspects::kPatience + 3; ++i) {
    Post post = post_of(maker_, {{1, "a", 5, "1"}});
    const PostRuling ruling = rule(post);
    EXPECT_TRUE(ruling.retry) << "for when nothing stands behind it";
    later = later || ruling.later;
  }
  EXPECT_TRUE(later);
}

}  // namespace
}  // namespace supercargo
