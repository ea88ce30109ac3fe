#include "collectors/logs/stall_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "collectors/logs/log_metrics.h"
#include "tests/collectors/logs/collecting_sender.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;

// One container's file and its reader, in the test's hands.
class StallWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    journal_ = *Journal::open(tree_.path("journal"), sync_, {});
    member_.account = std::make_shared<ContainerAccount>("out", *container_);
    member_.chain = std::make_unique<ChainReader>(
        1, "chain", ChainOptions{}, member_.account, *journal_, inflaters_);
  }

  void list(int flags = O_RDONLY) {
    file_ = *open_log_file(*open_at(AT_FDCWD, tree_.path("0.log").c_str(), flags),
                           LogFormat::kCri,
                           container_,
                           /*from_end=*/false);
    member_.chain->update({"chain", {file_}, {}}, 0, now_);
  }

  // As turns of the output: once a second.
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      now_ += std::chrono::seconds(1);
      member_.chain->observe(now_);
      watch_.look(members_, now_);
    }
  }

  void read(RequestId request) { (void)member_.chain->read(request, 4'096, scratch_, sender_); }

  double stalled() { return metrics_.gauge(log_metrics::kStalledFiles, {"out"}).Value(); }

  test::TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::shared_ptr<const ContainerInfo> container_ = std::make_shared<ContainerInfo>();
  std::unique_ptr<Journal> journal_;
  InflaterPool inflaters_;
  std::shared_ptr<LogFile> file_;
  ChainTurns::Member member_;
  std::vector<ChainTurns::Member*> members_{&member_};
  test::CollectingSender sender_;
  ReadScratch scratch_;
  SelfMetrics metrics_;
  StallWatch watch_{"out", Milliseconds(60'000), metrics_};
  SteadyTime now_{std::chrono::seconds(1'000)};
};

TEST_F(StallWatchTest, AFileThatNobodyReadsStallsUntilItIsRead) {
  tree_.file("0.log", cri("a"));
  list();
  pass(55);
  EXPECT_EQ(stalled(), 0);
  pass(20);
  EXPECT_EQ(stalled(), 1);
  read(1);
  member_.chain->settle(1);
  pass(10);
  EXPECT_EQ(stalled(), 0);
  pass(100);
  EXPECT_EQ(stalled(), 0) << "there is nothing to read";
}

TEST_F(StallWatchTest, AFileThatDiscoveryOverlooksStalls) {
  tree_.file("0.log", cri("a"));
  list();
  read(1);
  member_.chain->settle(1);
  pass(100);
  tree_.append("0.log", cri("b"));
  pass(80);
  EXPECT_EQ(file_->size(), cri("a").size()) << "nobody has looked";
  EXPECT_EQ(stalled(), 1);
}

TEST_F(StallWatchTest, TheBeginningOfALineDoesNotStall) {
  tree_.file("0.log", cri("a") + "2026-11-22T14:36:43Z stdout F ha");
  list();
  read(1);
  member_.chain->settle(1);
  pass(200);
  EXPECT_EQ(stalled(), 0);
}

TEST_F(StallWatchTest, AFileThatCannotBeReadStalls) {
  tree_.file("0.log", cri("a"));
  list(O_WRONLY);
  read(1);
  pass(80);
  EXPECT_EQ(stalled(), 1);
}

TEST_F(StallWatchTest, AFileThatWaitsForAnAnswerDoesNotStall) {
  tree_.file("0.log", cri("a"));
  list();
  read(1);
  tree_.append("0.log", cri("b"));
  file_->update_size();
  pass(200);
  EXPECT_EQ(stalled(), 0);
  member_.chain->settle(1);
  pass(50);
  EXPECT_EQ(stalled(), 0);
  pass(20);
  EXPECT_EQ(stalled(), 1);
}

TEST_F(StallWatchTest, TimeInWhichTheOutputMustWaitDoesNotCount) {
  tree_.file("0.log", cri("a"));
  list();
  pass(40);
  for (int i = 0; i < 200; ++i) {
    watch_.note_hold(i % 3 == 0);
    pass(1);
  }
  EXPECT_EQ(stalled(), 0);
  pass(30);
  EXPECT_EQ(stalled(), 1) << "together they are more than a minute";
}

TEST_F(StallWatchTest, AFileBehindARateLimitDoesNotStall) {
  tree_.file("0.log", cri("a"));
  list();
  member_.limited_since = now_;
  pass(200);
  EXPECT_EQ(stalled(), 0);
}

TEST_F(StallWatchTest, AFileThatIsReadSlowlyDoesNotStall) {
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += cri("line");
  }
  tree_.file("0.log", text);
  list();
  for (RequestId request = 1; request <= 10; ++request) {
    (void)member_.chain->read(request, /*max_bytes=*/1, scratch_, sender_);
    member_.chain->settle(request);
    pass(40);
    EXPECT_EQ(stalled(), 0);
  }
}

}  // namespace
}  // namespace supercargo
