// What outputs do to each other and to the node, and what becomes of bytes that nobody takes: S29,
// S36, S38.

#include <filesystem>
#include <map>

#include "collectors/logs/journal.h"
#include "collectors/logs/log_reader.h"
#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using test::LogNode;
using testing::ElementsAre;
using testing::ElementsAreArray;

using S29OneOutputFails = test::LogScenario;
using S36NothingIsLostUncounted = test::LogScenario;
using S38NoLoadOnTheDisk = test::LogScenario;

// Another output over the node's files, whose receiver takes everything at once.
class HealthyOutput {
 public:
  explicit HealthyOutput(const LogNode& node) {
    auto journal = *Journal::open(node.tree.path("data/healthy"), sync_, {});
    reader_ = std::make_unique<LogReader>("healthy",
                                          ChainOptions{},
                                          ReadLimits{},
                                          node.catalog(),
                                          ledger_,
                                          metrics_,
                                          std::move(journal));
  }

  // All that it can read at this moment.
  void turn(SteadyTime now) {
    (void)reader_->refresh(now, /*ordered=*/false);
    while (reader_->read_turn(request_, std::size_t{1} << 20, sender_) > 0) {
    }
    sender_.send(request_);
    for (test::SentLine& line : sender_.take(request_)) {
      texts_.push_back(std::move(line.text));
    }
    reader_->settle(request_++);
    reader_->save(now, /*force=*/true);
  }

  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  SyncThread sync_{Milliseconds(5), {}};
  SelfMetrics metrics_;
  Ledger ledger_;
  std::unique_ptr<LogReader> reader_;
  test::CollectingSender sender_;
  RequestId request_ = 1;
  std::vector<std::string> texts_;
};

SUPERCARGO_ALL_FORMATS(S29OneOutputFails);

TEST_P(S29OneOutputFails, TheOtherGoesOnAtOnceAndTheFirstFindsEverythingLater) {
  start({.outputs = 2});
  HealthyOutput healthy(node());
  write(line("0"));
  node().look();
  const RequestId hanging = node().send();  // its receiver does not answer
  std::vector<std::string> expected{"0"};
  std::string rotated;
  for (int i = 1; i <= 12; ++i) {
    expected.push_back(std::to_string(i));
    write(line(expected.back()));
    node().look(Milliseconds(i % 2 == 0 ? 200 : 2'000));
    healthy.turn(node().now());
    EXPECT_THAT(healthy.texts(), ElementsAreArray(expected));
    if (i % 3 == 0) {
      rotated = rotate();
    } else if (i % 3 == 2 && !rotated.empty()) {
      node().unlink(rotated);  // the healthy output has read it, the other one has not
    }
  }
  node().rewind(hanging);
  node().drain();
  EXPECT_THAT(delivered(), ElementsAreArray(expected));
  expect_no_loss();
}

// An output whose thread is stuck, in a read of a disk say, does not even look.
TEST_P(S29OneOutputFails, AFileStaysOpenForOneThatHasNotLookedYet) {
  start({.outputs = 2});
  HealthyOutput healthy(node());
  SteadyTime now = node().now();
  const auto look = [&](int seconds) {
    for (; seconds > 0; --seconds) {
      now += std::chrono::seconds(1);
      node().discovery().turn(now);
      healthy.turn(now);
    }
  };
  write(line("a"));
  look(2);
  const std::string rotated = rotate();
  write(line("b"));
  look(15);
  node().unlink(rotated);
  look(15);
  EXPECT_THAT(healthy.texts(), ElementsAre("a", "b"));
  node().look(std::chrono::minutes(1));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "b"));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S36NothingIsLostUncounted);

TEST_P(S36NothingIsLostUncounted, EveryByteIsInOneTermOfTheLedger) {
  start();
  const std::string kept = line("delivered");
  const std::string refused = line("refused") + line("refused, too");
  const std::string cut = line("cut before it was read");
  const std::string open = line("pending");
  write(kept + refused);
  node().look();
  node().settle(node().send(/*max_bytes=*/1));
  node().drop(node().send(), "http_400");
  write(cut);
  node().look();
  node().truncate(current());
  node().look();
  node().drain();
  write(open);
  node().look();
  const auto account = node().account();
  EXPECT_EQ(account->written_bytes, kept.size() + refused.size() + cut.size() + open.size());
  EXPECT_EQ(account->delivered_bytes, kept.size());
  EXPECT_EQ(account->delivered_lines, 1U);
  EXPECT_EQ(account->dropped().at("http_400").bytes, refused.size());
  EXPECT_EQ(account->dropped().at("http_400").lines, 2U);
  EXPECT_EQ(account->lost().at("truncated").bytes, cut.size());
  EXPECT_EQ(account->gaps().at("truncated"), 1U);
  EXPECT_EQ(account->pending_bytes, open.size());
}

TEST_P(S36NothingIsLostUncounted, LinesAboveARateLimitAreDroppedToTheByte) {
  test::LogNodeOptions options;
  options.limits.rates.container = {1'000, 1'000, RateLimitConfig::Action::kDrop};
  start(options);
  std::string all;
  for (const std::string& text : test::numbered_texts(/*count=*/40, /*bytes=*/100)) {
    all += line(text);
  }
  write(all);
  node().drain();
  const auto account = node().account();
  const Amount dropped = account->dropped().at("rate_limit");
  EXPECT_GT(dropped.lines, 20U);
  EXPECT_EQ(account->delivered_lines + dropped.lines, 40U);
  EXPECT_EQ(account->delivered_bytes + dropped.bytes, all.size());
}

// Names, sizes and time stamps of all files below a directory.
std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> files_below(
    const std::string& directory) {
  std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      files[entry.path()] = {entry.file_size(), entry.last_write_time()};
    }
  }
  return files;
}

SUPERCARGO_ALL_FORMATS(S38NoLoadOnTheDisk);

TEST_P(S38NoLoadOnTheDisk, LogsAreReadOnceAndNotTouched) {
  start();
  for (int i = 0; i < 300; ++i) {
    write(line("x") + line("y"));
    if (i % 100 == 99) {
      node().look();
      rotate();
    }
  }
  const auto before = files_below(node().tree.path("var"));
  int requests = 0;
  for (int quiet = 0; quiet < 12; ++quiet) {
    node().look();
    while (const RequestId request = node().send(/*max_bytes=*/1)) {
      node().settle(request);
      node().look(Milliseconds(100));  // also saving costs no second read
      ++requests;
    }
  }
  EXPECT_EQ(requests, 600);
  EXPECT_TRUE(before == files_below(node().tree.path("var")));
  EXPECT_EQ(node().account()->read_bytes, node().account()->written_bytes);
  expect_no_loss();
}

}  // namespace
}  // namespace supercargo
