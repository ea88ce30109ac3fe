// What a receiver says of single containers: LogReader with real files, and the test's clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using test::SentLine;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kOther = "../../shop_web-2_uid-2/app/0.log";

using Kind = Outcome::Kind;

std::vector<std::string> texts(const std::vector<SentLine>& lines) {
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (const SentLine& line : lines) {
    texts.push_back(line.text);
  }
  return texts;
}

class LogPartsTest : public testing::Test {
 protected:
  // Of the container whose line it is, in a request that waits for its fate.
  std::uint64_t chain_of(RequestId request, std::string_view text) {
    for (const SentLine& line : node_.sender().requests().at(request)) {
      if (line.text == text) {
        return line.chain;
      }
    }
    ADD_FAILURE() << text << " is not in it";
    return 0;
  }

  RequestId send_both() {
    node_.write("0.log", cri("a1") + cri("a2"));
    node_.write(kOther, cri("b1") + cri("b2"));
    node_.look();
    return node_.send();
  }

  static Outcome::Part retry(std::uint64_t chain, Milliseconds hold, std::size_t max_bytes = 0) {
    return {chain, Kind::kRetry, "stream_rate", {}, hold, max_bytes, {}};
  }

  LogNode node_;
};

TEST_F(LogPartsTest, AContainerThatMustWaitIsSentAgainLaterAndTheOthersAreSettled) {
  const RequestId first = send_both();
  (void)node_.settle_parts(first, {retry(chain_of(first, "a1"), Milliseconds(5'000))});
  node_.write("0.log", cri("a3"));
  node_.write(kOther, cri("b3"));
  node_.look(Milliseconds(1'000));
  const RequestId second = node_.send();
  EXPECT_THAT(texts(node_.settle(second)), ElementsAre("b3")) << "not held";
  node_.look(Milliseconds(3'900));
  EXPECT_EQ(node_.send(), 0U) << "held for 5 s";
  node_.look(Milliseconds(200));
  const RequestId third = node_.send();
  EXPECT_THAT(texts(node_.settle(third)), ElementsAre("a1", "a2", "a3"));
}

TEST_F(LogPartsTest, WhatIsHeldIsKnownToWait) {
  const RequestId first = send_both();
  (void)node_.settle_parts(first, {retry(chain_of(first, "a1"), Milliseconds(5'000))});
  const Backlog backlog = node_.reader().refresh(node_.now(), false);
  EXPECT_EQ(backlog.readable_bytes, 0U);
  EXPECT_EQ(backlog.delayed_bytes, cri("a1").size() + cri("a2").size());
  EXPECT_EQ(backlog.look_at, node_.now() + Milliseconds(5'000));
}

TEST_F(LogPartsTest, LinesThatAreRefusedForGoodAreDroppedAndTheRestIsDelivered) {
  const RequestId request = send_both();
  const Amount line{cri("a1").size(), 1};
  const std::vector<Outcome::Part> parts{
      {chain_of(request, "a1"), Kind::kDelivered, {}, {}, Milliseconds(0), 0, {{"too_old", line}}}};
  (void)node_.settle_parts(request, parts);
  node_.save();
  const LedgerTerms terms = node_.account()->terms();
  EXPECT_EQ(terms.dropped.at("too_old").lines, 1U);
  EXPECT_EQ(terms.delivered.lines, 1U);
  EXPECT_EQ(terms.difference(), 0);
  node_.look();
  EXPECT_EQ(node_.send(), 0U) << "never sent again";
}

TEST_F(LogPartsTest, ADeliveredContainerIsPaced) {
  const RequestId first = send_both();
  const std::vector<Outcome::Part> parts{
      {chain_of(first, "b1"), Kind::kDelivered, {}, {}, Milliseconds(2'000), 0, {}}};
  (void)node_.settle_parts(first, parts);
  node_.write(kOther, cri("b3"));
  node_.look(Milliseconds(1'000));
  EXPECT_EQ(node_.send(), 0U);
  node_.look(Milliseconds(1'000));
  EXPECT_THAT(texts(node_.settle(node_.send())), ElementsAre("b3"));
}

TEST_F(LogPartsTest, ABoundHoldsForEachRequestUntilItIsLifted) {
  const RequestId first = send_both();
  const std::uint64_t chain = chain_of(first, "a1");
  (void)node_.settle_parts(first, {retry(chain, Milliseconds(0), cri("a1").size())});
  const RequestId second = node_.send();
  EXPECT_THAT(texts(node_.sender().requests().at(second)), ElementsAre("a1"));
  const std::vector<Outcome::Part> lifted{
      {chain, Kind::kDelivered, {}, {}, Milliseconds(0), 0, {}}};
  (void)node_.settle_parts(second, lifted);
  node_.write("0.log", cri("a3"));
  node_.look();
  EXPECT_THAT(texts(node_.settle(node_.send())), ElementsAre("a2", "a3"));
}

TEST_F(LogPartsTest, ARecordOfPiecesThatAreLargerThanTheBoundIsSentAllTheSame) {
  const RequestId first = send_both();
  (void)node_.settle_parts(first, {retry(chain_of(first, "a1"), Milliseconds(0), 100)});
  node_.look();
  node_.drain();
  const std::string piece(20'000, 'p');
  node_.write("0.log", cri(piece, "P"));
  node_.write("0.log", cri(piece, "P"));
  node_.write("0.log", cri("end") + cri("next"));
  node_.drain();
  EXPECT_THAT(node_.delivered(),
              testing::IsSupersetOf({piece + piece + "end", std::string("next")}));
}

TEST_F(LogPartsTest, PartsOfOtherRequestsAndUnknownContainersChangeNothing) {
  const RequestId request = send_both();
  node_.reader().settle_parts(request + 7, std::vector{retry(1, Milliseconds(0))}, node_.now());
  node_.reader().settle_parts(request, std::vector{retry(77, Milliseconds(0))}, node_.now());
  EXPECT_THAT(texts(node_.settle(request)), testing::UnorderedElementsAre("a1", "a2", "b1", "b2"));
}

}  // namespace
}  // namespace supercargo
