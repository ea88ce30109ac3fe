#include "agent/base/loose_thread.h"

#include <future>

#include <gtest/gtest.h>

#include "agent/base/outliving_thread.h"

namespace supercargo {
namespace {

TEST(LooseThread, EndsWithItsFunctionAndFreesWhatThatHolds) {
  auto held = std::make_shared<int>(0);
  Result<LooseThread> thread = LooseThread::start("loose", [held] { *held = 7; });
  ASSERT_TRUE(thread);
  EXPECT_TRUE(thread->end_within(std::chrono::minutes(1)));
  EXPECT_EQ(*held, 7);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(LooseThread, OneThatHangsIsLeftBehindWithWhatItHolds) {
  std::promise<void> server;
  std::promise<void> freed;
  const auto tell_when_freed = [&freed](int* value) {
    delete value;
    freed.set_value();
  };
  {
    std::shared_ptr<int> held(new int(7), tell_when_freed);
    Result<LooseThread> thread = LooseThread::start(
        "loose", [held, answers = server.get_future().share()] { answers.wait(); });
    ASSERT_TRUE(thread);
    EXPECT_FALSE(thread->end_within(Milliseconds(1)));
    EXPECT_TRUE(OutlivingThread::any());
  }
  const std::future<void> end = freed.get_future();
  EXPECT_EQ(end.wait_for(Milliseconds(0)), std::future_status::timeout);
  server.set_value();
  EXPECT_EQ(end.wait_for(std::chrono::minutes(1)), std::future_status::ready);
  const SteadyTime patience = steady_now() + std::chrono::minutes(1);
  while (OutlivingThread::any() && steady_now() < patience) {  // others' threads, too
    std::this_thread::yield();
  }
  EXPECT_FALSE(OutlivingThread::any());
}

TEST(LooseThread, MayBeMovedBeforeItIsEnded) {
  Result<LooseThread> thread = LooseThread::start("loose", [] {});
  ASSERT_TRUE(thread);
  LooseThread moved = *std::move(thread);
  EXPECT_TRUE(moved.end_within(std::chrono::minutes(1)));
}

}  // namespace
}  // namespace supercargo
