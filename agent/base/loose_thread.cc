#include "agent/base/loose_thread.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include <pthread.h>

#include "agent/base/outliving_thread.h"

namespace supercargo {

struct LooseThread::State {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
};

LooseThread::LooseThread(std::shared_ptr<State> state, std::thread thread)
    : state_(std::move(state)), thread_(std::move(thread)) {}

LooseThread::~LooseThread() {
  if (thread_.joinable()) {
    end_within(Milliseconds(0));
  }
}

Result<LooseThread> LooseThread::start(const char* name, std::function<void()> run) {
  auto state = std::make_shared<State>();
  try {
    // Counted from here on: it may be long before the new thread has its first turn.
    std::thread thread([state,
                        counted = std::make_shared<OutlivingThread>(),
                        name = std::string(name),
                        run = std::move(run)]() mutable {
      pthread_setname_np(pthread_self(), name.c_str());
      run();
      run = nullptr;  // what it holds is gone when somebody hears of the end
      const std::lock_guard lock(state->mutex);
      state->done = true;
      state->ended.notify_all();
    });
    return LooseThread(std::move(state), std::move(thread));
  } catch (const std::system_error& error) {
    return Error{ErrorCode::kIo, std::string("start a thread: ") + error.what()};
  }
}

bool LooseThread::end_within(Milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  const bool done = state_->ended.wait_for(lock, patience, [this] { return state_->done; });
  lock.unlock();
  if (!thread_.joinable()) {
    return done;
  }
  if (done) {
    thread_.join();
  } else {
    thread_.detach();
  }
  return done;
}

}  // namespace supercargo
