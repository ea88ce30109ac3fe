#include "exporters/gelf/datagram_burst.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "agent/base/fd.h"
#include "tests/exporters/gelf/gelf_test_support.h"

namespace supercargo {
namespace {

using Sent = DatagramBurst::Sent;

struct DatagramBurstTest : testing::Test {
  DatagramBurstTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    near.reset(ends[0]);
    far.reset(ends[1]);
  }

  std::vector<std::string> received() const {
    std::vector<std::string> out;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t count = ::recv(far.get(), buffer.data(), buffer.size(), 0);
      if (count < 0) {
        return out;
      }
      out.emplace_back(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  UniqueFd near;
  UniqueFd far;
  DatagramBurst burst{100};
};

TEST_F(DatagramBurstTest, SendsPayloadsAndChunks) {
  const std::string large = test::noise(200);
  burst.add("small", 1);
  burst.add(large, 2);
  EXPECT_EQ(burst.size(), 4U);
  const auto sent = burst.send(near.get());
  ASSERT_TRUE(sent);
  EXPECT_EQ(*sent, Sent::kAll);
  const auto datagrams = received();
  ASSERT_EQ(datagrams.size(), 4U);
  EXPECT_EQ(datagrams[0], "small");
  EXPECT_EQ(datagrams[1].size(), 100U);
  EXPECT_EQ(datagrams[1].substr(12) + datagrams[2].substr(12) + datagrams[3].substr(12), large);
}

TEST_F(DatagramBurstTest, GoesOnWhereASocketWasFull) {
  for (int i = 0; i < 1000; ++i) {
    burst.add("datagram " + std::to_string(i), 1);
  }
  std::vector<std::string> all;
  bool was_full = false;
  for (auto sent = burst.send(near.get()); *sent != Sent::kAll; sent = burst.send(near.get())) {
    ASSERT_TRUE(sent);
    if (*sent == Sent::kSocketFull) {
      was_full = true;
      const auto some = received();
      all.insert(all.end(), some.begin(), some.end());
    }
  }
  const auto rest = received();
  all.insert(all.end(), rest.begin(), rest.end());
  EXPECT_TRUE(was_full);
  ASSERT_EQ(all.size(), 1000U);
  EXPECT_EQ(all.front(), "datagram 0");
  EXPECT_EQ(all.back(), "datagram 999");
}

TEST_F(DatagramBurstTest, TellsWhenADatagramIsRefused) {
  far.reset();
  burst.add("x", 1);
  EXPECT_FALSE(burst.send(near.get()));
}

TEST_F(DatagramBurstTest, CountsWhatAReceiverHasToHold) {
  burst.add(std::string(80, 'x'), 1);
  ASSERT_TRUE(burst.send(near.get()));
  EXPECT_GT(burst.take_cost(), 80U);
  EXPECT_EQ(burst.take_cost(), 0U);
}

}  // namespace
}  // namespace supercargo
