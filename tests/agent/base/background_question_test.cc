#include "agent/base/background_question.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

SteadyTime in_a_minute() {
  return steady_now() + std::chrono::minutes(1);
}

TEST(BackgroundQuestion, GivesTheAnswerOrItsError) {
  int count = 0;
  BackgroundQuestion<int> question("test", [&count]() -> Result<int> {
    return ++count == 2 ? Result<int>(Error{ErrorCode::kParse, "no number"}) : count;
  });
  EXPECT_EQ(*question.ask_until(in_a_minute()), 1);
  EXPECT_EQ(question.ask_until(in_a_minute()).error().code, ErrorCode::kParse);
  EXPECT_EQ(*question.ask_until(in_a_minute()), 3);
}

TEST(BackgroundQuestion, DoesNotAskNorWaitWhileAnAnswerIsOwed) {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  const auto asked = std::make_shared<std::atomic<int>>(0);
  BackgroundQuestion<int> question("test", [opened, asked]() -> Result<int> {
    ++*asked;
    opened.wait();
    return asked->load();
  });
  EXPECT_EQ(question.ask_until(steady_now()).error().message, "test has no answer in time");
  EXPECT_EQ(question.ask_until(in_a_minute()).error().message,
            "test still waits for an earlier answer");
  gate.set_value();
  Result<int> answer = question.ask_until(in_a_minute());
  while (!answer) {  // the thread of the first question may not have been told yet
    std::this_thread::yield();
    answer = question.ask_until(in_a_minute());
  }
  EXPECT_EQ(*answer, 2) << "a late answer is not what is true now";
}

TEST(BackgroundQuestion, MayGoAwayBeforeTheAnswerComes) {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  const auto done = std::make_shared<std::promise<void>>();
  std::future<void> is_done = done->get_future();
  {
    BackgroundQuestion<int> question("test", [opened, done]() -> Result<int> {
      opened.wait();
      done->set_value();
      return 1;
    });
    EXPECT_FALSE(question.ask_until(steady_now()));
  }
  gate.set_value();
  EXPECT_EQ(is_done.wait_for(std::chrono::minutes(1)), std::future_status::ready);
}

}  // namespace
}  // namespace supercargo
