#include "collectors/node/mount_probe.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "agent/base/outliving_thread.h"

namespace supercargo {

struct MountProbe::Question {
  explicit Question(Mount asked) : mount(std::move(asked)) {}

  void answer_with(Result<FilesystemUse> use) {
    const std::lock_guard lock(mutex);
    answer = std::move(use);
    answered.notify_one();
  }

  [[nodiscard]] bool is_answered() {
    const std::lock_guard lock(mutex);
    return answer.has_value();
  }

  const Mount mount;
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<FilesystemUse>> answer;
};

bool MountProbe::start(const Mount& mount) {
  std::shared_ptr<Question>& slot = questions_[mount.mount_point];
  if (slot && !slot->is_answered()) {
    return false;
  }
  slot = std::make_shared<Question>(mount);
  try {
    std::thread([question = slot, ask = ask_] {
      const OutlivingThread counted;
      question->answer_with((*ask)(question->mount));
    }).detach();
  } catch (const std::system_error& error) {  // no more threads
    slot->answer_with(Error{ErrorCode::kIo, std::string("start a thread: ") + error.what()});
  }
  return true;
}

Result<FilesystemUse> MountProbe::wait(const Mount& mount, SteadyTime deadline) {
  const auto found = questions_.find(mount.mount_point);
  if (found == questions_.end()) {
    return Error{ErrorCode::kUnavailable, mount.mount_point + " was not asked"};
  }
  const std::shared_ptr<Question> question = found->second;
  std::unique_lock lock(question->mutex);
  if (!question->answered.wait_until(
          lock, deadline, [&question] { return question->answer.has_value(); })) {
    return Error{ErrorCode::kUnavailable, mount.mount_point + " does not answer"};
  }
  questions_.erase(found);
  return *question->answer;
}

}  // namespace supercargo
