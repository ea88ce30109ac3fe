// When log delivery begins: as soon as data_dir answers and is this agent's alone.
#include <utility>

#include "agent/app/app.h"
#include "agent/base/log.h"

namespace supercargo {
namespace {

constexpr Milliseconds kLockPoll{500};

}  // namespace

// kIo: its disk or file server does not answer, which keeps nobody from asking for metrics.
Status App::open_data_directory(const AgentConfig& config) {
  if (config.outputs.empty() || data_directory_) {
    return Ok{};
  }
  if (!data_directory_question_) {
    data_directory_question_.emplace(
        "data_dir", [path = config.data_dir] { return DataDirectory::open(path); });
  }
  Result<DataDirectory> directory = data_directory_question_->ask_until(steady_now() + kPatience);
  if (directory) {
    data_directory_ = std::move(*directory);
    return Ok{};
  }
  const bool silent = directory.error().code == ErrorCode::kIo;
  return silent ? Error{ErrorCode::kIo, "data_dir does not answer"} : std::move(directory).error();
}

// kUnavailable: another agent has it.
Status App::take_data_directory(const AgentConfig& config) {
  if (Status opened = open_data_directory(config); !opened) {
    return opened;
  }
  if (data_directory_ && !data_directory_->try_lock()) {
    return Error{ErrorCode::kUnavailable, "another agent uses data_dir"};
  }
  return Ok{};
}

// A second agent on the same data_dir waits for the first one to end, as a new pod does in a
// rolling update.
void App::start_logs_when_locked() {
  const Status taken = take_data_directory(config_);
  if (!taken && taken.error().code == ErrorCode::kConfig) {
    fail(taken.error(), kCannotStart);
    begin_stop();
    return;
  }
  if (!taken) {
    if (!std::exchange(waiting_for_lock_, true)) {
      log_warn(taken.error().code == ErrorCode::kUnavailable
                   ? "Another agent uses this data_dir: log delivery waits until it ends."
                   : "data_dir does not answer: log delivery waits until it does.",
               {{"data_dir", config_.data_dir}});
    }
    lock_timer_.expires_after(kLockPoll);
    lock_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error && !stopping_) {
        start_logs_when_locked();
      }
    });
    return;
  }
  waiting_for_lock_ = false;
  if (Status started = parts_.logs->start(); !started) {
    fail(started.error(), kCannotStart);
    begin_stop();
    return;
  }
  parts_.lifecycle->open_events(config_, ledger_);
  ready_ = true;
  log_info("Ready.");
}

}  // namespace supercargo
