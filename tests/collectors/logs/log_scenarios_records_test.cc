// What becomes of lines, however small, long, broken or interleaved they are: S11, S18 to S22.

#include <algorithm>

#include "agent/base/utf8.h"
#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using test::SentLine;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

using S11VerySmallFiles = test::LogScenario;
using S18InterleavedPartials = test::LogScenario;
using S19HugeLine = test::LogScenario;
using S20PartialThatNeverEnds = test::LogScenario;
using S21OrderOfEqualTimeStamps = test::LogScenario;
using S22OddBytes = test::LogScenario;

SUPERCARGO_ALL_FORMATS(S11VerySmallFiles);

TEST_P(S11VerySmallFiles, AFileOfOneByteIsRead) {
  start();
  write("\n");
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre(""));
  EXPECT_EQ(node().account()->delivered_bytes, 1U);
}

TEST_P(S11VerySmallFiles, AByteWithoutALineEndIsReadOnceTheFileIsComplete) {
  start();
  write("x");
  node().drain();
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(node().account()->pending_bytes, 1U);
  rotate();
  write(line("y"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("x", "y"));
}

// A peer takes the second for the first, and reads nothing of it.
TEST_P(S11VerySmallFiles, FilesThatBeginAlikeAreBothRead) {
  start();
  stop_clock();
  const std::string text = line("starting") + line("ready");
  write(text);
  node().drain();
  rotate();
  write(text);
  node().drain();
  EXPECT_EQ(delivered().size(), 4U);
  node().restart_agent();
  write(line("more"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("starting", "ready", "starting", "ready", "more"));
  expect_no_loss();
}

SUPERCARGO_CONTAINER_FORMATS(S18InterleavedPartials);

TEST_P(S18InterleavedPartials, EachStreamIsJoinedOnItsOwn) {
  start();
  write(piece("out") + piece("err", Stream::kStderr) + piece("put") + line("or", Stream::kStderr) +
        piece("fail", Stream::kStderr) + line(" is here"));
  node().look();
  node().rewind(node().send());  // also when it is read again
  write(line("ed", Stream::kStderr) + line("next"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("output is here", "next"));
  EXPECT_THAT(delivered(Stream::kStderr), ElementsAre("error", "failed"));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S19HugeLine);

TEST_P(S19HugeLine, TenMegabytesAreCutAtTheLimitAndNothingOfThemIsLost) {
  constexpr std::size_t kLimit = std::size_t{256} << 10;
  constexpr std::size_t kPiece = std::size_t{16} << 10;  // runtimes cut there
  start({.chain = {.max_line_bytes = kLimit}});
  std::string text;
  std::string raw;
  for (int i = 0; i < 640; ++i) {
    const std::string part(kPiece, static_cast<char>('a' + i % 26));
    text += part;
    raw += GetParam() == LogFormat::kPlain ? part : piece(part);
  }
  write(raw + line("") + line("after"));
  node().drain();
  std::string joined;
  for (const SentLine& sent : node().all_delivered()) {
    EXPECT_LE(sent.text.size(), kLimit);
    joined += sent.text;
  }
  EXPECT_TRUE(joined == text + "after") << "joined: " << joined.size() << " bytes";
  EXPECT_EQ(node().account()->truncated_lines, 40U - (GetParam() == LogFormat::kPlain ? 1U : 0U));
  EXPECT_EQ(node().account()->pending_bytes, 0U);
  expect_no_loss();
}

TEST_P(S19HugeLine, ACutSplitsNoCharacter) {
  start({.chain = {.max_line_bytes = 1'000}});
  std::string text = "x";
  for (int i = 0; i < 900; ++i) {
    text += "\u20ac";  // three bytes
  }
  write(line(text));
  node().drain();
  std::string joined;
  for (const SentLine& sent : node().all_delivered()) {
    EXPECT_EQ(valid_utf8_prefix(sent.text), sent.text.size());
    if (GetParam() != LogFormat::kDocker) {  // which has cut its lines to 16 KiB
      EXPECT_LE(sent.text.size(), 1'000U);
    }
    joined += sent.text;
  }
  EXPECT_EQ(joined, text);
  expect_no_loss();
}

SUPERCARGO_CONTAINER_FORMATS(S20PartialThatNeverEnds);

TEST_P(S20PartialThatNeverEnds, IsSentAsItIsWhenItsStreamWasIdleAndCounted) {
  start({.chain = {.partial_idle = Milliseconds(30'000)}});
  write(piece("prompt> "));
  node().look();
  node().settle(node().send());
  node().drain(/*quiet_looks=*/28);
  EXPECT_THAT(delivered(), IsEmpty());
  node().drain(/*quiet_looks=*/5);
  EXPECT_THAT(delivered(), ElementsAre("prompt> "));
  EXPECT_EQ(node().account()->truncated_lines, 1U);
  expect_no_loss();
}

// Peers send what they have after 4 s or 5 s, however soon the rest comes.
TEST_P(S20PartialThatNeverEnds, ALineThatIsWrittenSlowlyIsOneRecord) {
  start({.chain = {.partial_idle = Milliseconds(30'000)}});
  for (const char* text : {"a", "b", "c", "d"}) {
    write(piece(text));
    node().drain(/*quiet_looks=*/25);
  }
  write(line("e"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("abcde"));
  EXPECT_EQ(node().account()->truncated_lines, 0U);
}

TEST_P(S20PartialThatNeverEnds, NoTimePassesForItWhileItsRestWaitsInTheFile) {
  start({.chain = {.partial_idle = Milliseconds(5'000)}});
  const std::string begin = piece("be");
  write(line("a") + begin + line("gin"));
  node().look();
  const RequestId first = node().send(/*max_bytes=*/1);  // "a"
  node().look(std::chrono::minutes(10));                 // a receiver that hangs
  node().settle(first);
  node().look(Milliseconds(100));
  node().settle(node().send(/*max_bytes=*/1));
  node().look(std::chrono::minutes(10));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "begin"));
  EXPECT_EQ(node().account()->truncated_lines, 0U);
}

SUPERCARGO_ALL_FORMATS(S21OrderOfEqualTimeStamps);

TEST_P(S21OrderOfEqualTimeStamps, IsThatOfTheFileOverRotationAndRewind) {
  start();
  (void)line("the clock's first tick");
  stop_clock();
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    expected.push_back(std::to_string(i));
    write(line(expected.back()));
    if (i % 20 == 10) {
      rotate();
    }
    if (i % 7 == 3) {
      node().look();
      node().rewind(node().send());
    }
    if (i % 13 == 5) {
      node().look();
      node().settle(node().send(/*max_bytes=*/1));
    }
  }
  node().drain();
  EXPECT_THAT(delivered(), ElementsAreArray(expected));
  const std::int64_t time = node().all_delivered().front().time_ns;
  const bool altered = std::any_of(node().all_delivered().begin(),
                                   node().all_delivered().end(),
                                   [time](const SentLine& sent) { return sent.time_ns != time; });
  EXPECT_EQ(altered, GetParam() == LogFormat::kPlain) << "time stamps are never altered";
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S22OddBytes);

TEST_P(S22OddBytes, PassAsTheyStandInTheFile) {
  start();
  std::vector<std::string> texts{
      "", " ", "10 %\r20 %", std::string("nul \0 byte", 10), "\x1b[31mred\x1b[0m", "tab\t"};
  if (GetParam() != LogFormat::kDocker) {  // which writes U+FFFD in place of them
    texts.insert(texts.end(), {"\xff\xfe", "cut \xe2\x82", std::string("\0", 1)});
  }
  for (const std::string& text : texts) {
    write(line(text));
  }
  write(line("after"));
  node().drain();
  texts.emplace_back("after");
  EXPECT_THAT(delivered(), ElementsAreArray(texts));
  EXPECT_EQ(node().account()->malformed_lines, 0U);
  expect_no_loss();
}

TEST_P(S22OddBytes, ALineMayEndInCrLf) {
  start();
  write(line("windows\r") + line("\r"));
  if (GetParam() != LogFormat::kPlain) {
    write(piece("10 %\r") + line("20 %\r"));
  }
  write(line("after"));
  node().drain();
  std::vector<std::string> texts{"windows", "", "10 %\r20 %", "after"};
  if (GetParam() == LogFormat::kPlain) {
    texts.erase(texts.begin() + 2);
  }
  EXPECT_THAT(delivered(), ElementsAreArray(texts));
  expect_no_loss();
}

TEST_P(S22OddBytes, ALineThatIsNoLineOfItsFormatIsSentAsItIs) {
  start();
  const std::string odd("\0\xff {\"log\": garbage", 18);
  write(line("a") + odd + "\n" + line("b"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", odd, "b"));
  EXPECT_EQ(node().account()->malformed_lines, GetParam() == LogFormat::kPlain ? 0U : 1U);
  expect_no_loss();
}

}  // namespace
}  // namespace supercargo
