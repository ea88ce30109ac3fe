#include "collectors/lifecycle/lifecycle_thread.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace supercargo {
namespace {

// Between two turns, however much happens: a cgroup at its limit is notified of 100 times a second.
constexpr Milliseconds kPause{50};

int milliseconds_until(SteadyTime time) {
  const auto left = std::chrono::ceil<Milliseconds>(time - steady_now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

Result<std::unique_ptr<LifecycleThread>> LifecycleThread::start(
    std::unique_ptr<ContainerWatch> watch) {
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) {
    return errno_error("eventfd", errno);
  }
  return std::unique_ptr<LifecycleThread>(new LifecycleThread(std::move(watch), std::move(stop)));
}

LifecycleThread::LifecycleThread(std::unique_ptr<ContainerWatch> watch, UniqueFd stop)
    : watch_(std::move(watch)), stop_(std::move(stop)), thread_([this] { run(); }) {}

LifecycleThread::~LifecycleThread() {
  const std::uint64_t one = 1;
  (void)!::write(stop_.get(), &one, sizeof(one));
  thread_.join();
}

// The first event after quiet is handled at once.
void LifecycleThread::run() {
  pthread_setname_np(pthread_self(), "containers");
  for (;;) {
    watch_->turn({steady_now(), unix_nanoseconds_now()});
    const SteadyTime next = watch_->next_turn();
    const SteadyTime pause = std::min(next, steady_now() + kPause);
    if (wait(pause, /*listens=*/false) || wait(next, /*listens=*/true)) {
      return;
    }
  }
}

// Until the time, or (when it listens) until something happens. True: the end.
bool LifecycleThread::wait(SteadyTime until, bool listens) const {
  std::array<pollfd, 2> fds{
      {{stop_.get(), POLLIN, 0}, {listens ? watch_->notify_fd() : -1, POLLIN, 0}}};
  (void)::poll(fds.data(), fds.size(), milliseconds_until(until));
  return (fds[0].revents & POLLIN) != 0;
}

}  // namespace supercargo
