// Asks somebody who may never answer, on a thread of its own.
//
// Owned and called by one thread (that of a collector, or main, which waits for milliseconds only).
// A thread that is stuck is left behind with what it needs; there is at most one, and until it
// returns nothing is asked again. An answer that comes late is forgotten: it may be true no more.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include <pthread.h>

#include "agent/base/clock.h"
#include "agent/base/outliving_thread.h"
#include "agent/base/result.h"

namespace supercargo {

template <class Answer>
class BackgroundQuestion {
 public:
  // Called on any thread; outlives this object in a thread that is stuck.
  using Ask = std::function<Result<Answer>()>;

  // `thread_name` is that of the thread, at most 15 characters, and stands in errors.
  BackgroundQuestion(std::string thread_name, Ask ask)
      : thread_name_(std::move(thread_name)), ask_(std::make_shared<const Ask>(std::move(ask))) {}

  // What is true now. kIo when there is no answer at the deadline, and at once while an earlier
  // question has none.
  [[nodiscard]] Result<Answer> ask_until(SteadyTime deadline) {
    if (slot_ && !slot_->is_answered()) {
      return Error{ErrorCode::kIo, thread_name_ + " still waits for an earlier answer"};
    }
    slot_ = std::make_shared<Slot>();
    try {
      std::thread([slot = slot_, ask = ask_, name = thread_name_] {
        const OutlivingThread counted;
        pthread_setname_np(pthread_self(), name.c_str());
        slot->answer_with((*ask)());
      }).detach();
    } catch (const std::system_error& error) {  // no more threads
      slot_.reset();
      return Error{ErrorCode::kIo, std::string("start a thread: ") + error.what()};
    }
    return slot_->wait_until(deadline, thread_name_);
  }

 private:
  struct Slot {
    void answer_with(Result<Answer> given) {
      const std::lock_guard lock(mutex);
      answer = std::move(given);
      answered.notify_one();
    }

    [[nodiscard]] bool is_answered() {
      const std::lock_guard lock(mutex);
      return answer.has_value();
    }

    [[nodiscard]] Result<Answer> wait_until(SteadyTime deadline, const std::string& name) {
      std::unique_lock lock(mutex);
      if (!answered.wait_until(lock, deadline, [this] { return answer.has_value(); })) {
        return Error{ErrorCode::kIo, name + " has no answer in time"};
      }
      return *std::move(answer);
    }

    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Result<Answer>> answer;
  };

  std::string thread_name_;
  std::shared_ptr<const Ask> ask_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace supercargo
