// Nobody waits for a noisy container: LogReader's order of turns, with real files.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using test::SentLine;

TEST(LogFairness, AQuietContainerBesideANoisyOneGetsItsTurn) {
  LogNode node;
  std::string noise;
  for (int i = 0; i < 20'000; ++i) {
    noise += cri("noise noise noise noise noise noise noise noise");
  }
  node.write("0.log", noise);
  node.tree.file("var/log/pods/shop_quiet_uid-2/app/0.log", cri("quiet"));
  node.look();
  const RequestId request = node.send(64'000);
  const std::vector<SentLine> lines = node.settle(request);
  EXPECT_EQ(
      std::count_if(
          lines.begin(), lines.end(), [](const SentLine& line) { return line.text == "quiet"; }),
      1);
}

// One request of 1 MiB each 100 ms is all that the receiver takes.
TEST(LogFairness, AQuietLineWaitsForTwoRequestsAtMostBesideHundredsOfBacklogs) {
  LogNode node;
  std::string noise;
  while (noise.size() < 200'000) {
    noise += cri("noise noise noise noise noise noise noise noise");
  }
  for (int i = 0; i < 400; ++i) {
    node.tree.file("var/log/pods/shop_noisy-" + std::to_string(i) + "_uid/app/0.log", noise);
  }
  node.look();
  std::uint64_t quiet = 0;
  for (std::size_t tenth = 0; tenth < 60; ++tenth) {
    if (tenth % 10 == 0) {
      node.write("0.log", cri("quiet"));
    }
    node.look(Milliseconds(100));
    for (const SentLine& line : node.settle(node.send())) {
      quiet += line.text == "quiet" ? 1U : 0U;
    }
    if (tenth % 10 >= 1) {
      ASSERT_EQ(quiet, tenth / 10 + 1) << "after " << tenth << " requests";
    }
  }
}

TEST(LogFairness, AContainerOfHugeLinesGetsNoMoreThanOthers) {
  LogNode node;
  for (int i = 0; i < 40; ++i) {
    node.write("0.log", cri(std::string(200'000, 'x')));
  }
  std::string small;
  while (small.size() < 4'000'000) {
    small += cri("small small small small small small small small");
  }
  for (const char* pod : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    node.tree.file("var/log/pods/shop_" + std::string(pod) + "_uid/app/0.log", small);
  }
  node.look();
  std::map<std::size_t, std::uint64_t> bytes;  // by raw bytes of a line
  for (int i = 0; i < 18; ++i) {
    for (const SentLine& line : node.settle(node.send())) {
      bytes[line.text.size()] += line.raw_bytes;
    }
  }
  EXPECT_NEAR(static_cast<double>(bytes[200'000]), static_cast<double>(bytes[47]) / 8, 400'000);
}

}  // namespace
}  // namespace supercargo
