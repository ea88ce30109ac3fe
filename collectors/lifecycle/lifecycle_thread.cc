#include "collectors/lifecycle/lifecycle_thread.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

// Between two turns, however much happens: a cgroup at its limit is notified of 100 times a second.
constexpr Milliseconds kPause{50};
constexpr Milliseconds kPatienceAtEnd{1'000};

int milliseconds_until(SteadyTime time) {
  const auto left = std::chrono::ceil<Milliseconds>(time - steady_now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

// Held by the thread too, which may outlive everybody else.
struct LifecycleThread::State {
  void run();
  [[nodiscard]] bool wait(SteadyTime until, bool listens) const;

  const std::unique_ptr<ContainerWatch> watch;
  const UniqueFd stop;
};

// The first event after quiet is handled at once.
void LifecycleThread::State::run() {
  for (;;) {
    const bool busy = watch->turn({steady_now(), unix_nanoseconds_now()});
    const SteadyTime next = watch->next_turn();
    const SteadyTime pause = std::min(next, steady_now() + kPause);
    if ((busy && wait(pause, /*listens=*/false)) || wait(next, /*listens=*/true)) {
      return;
    }
  }
}

// Until the time, or a container's process ends, or (when it listens) until something happens.
// True: the end.
bool LifecycleThread::State::wait(SteadyTime until, bool listens) const {
  std::array<pollfd, 3> fds{{{stop.get(), POLLIN, 0},
                             {watch->exit_fd(), POLLIN, 0},
                             {listens ? watch->notify_fd() : -1, POLLIN, 0}}};
  (void)::poll(fds.data(), fds.size(), milliseconds_until(until));
  return (fds[0].revents & POLLIN) != 0;
}

Result<std::unique_ptr<LifecycleThread>> LifecycleThread::start(
    std::unique_ptr<ContainerWatch> watch) {
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) {
    return errno_error("eventfd", errno);
  }
  std::shared_ptr<State> state(new State{std::move(watch), std::move(stop)});
  Result<LooseThread> thread = LooseThread::start("containers", [state] { state->run(); });
  if (!thread) {
    return std::move(thread).error();
  }
  return std::unique_ptr<LifecycleThread>(
      new LifecycleThread(std::move(state), *std::move(thread)));
}

LifecycleThread::LifecycleThread(std::shared_ptr<State> state, LooseThread thread)
    : state_(std::move(state)), thread_(std::move(thread)) {}

LifecycleThread::~LifecycleThread() {
  (void)::eventfd_write(state_->stop.get(), 1);
  thread_.end_within(kPatienceAtEnd);
}

}  // namespace supercargo
