#include "collectors/logs/discovery_thread.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

constexpr Milliseconds kPatienceAtEnd{1'000};

int milliseconds_until(SteadyTime time) {
  const auto left = std::chrono::ceil<Milliseconds>(time - steady_now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

// Held by the thread too, which may outlive everybody else.
struct DiscoveryThread::State {
  State(const HostPaths& of_host, std::shared_ptr<LogCatalog> its_catalog, UniqueFd its_wake)
      : host(of_host), catalog(std::move(its_catalog)), wake(std::move(its_wake)) {}

  void run();
  void wait() const;
  [[nodiscard]] bool begin_turn();
  void end_turn();
  void tell_outputs();

  void ring() const { (void)::eventfd_write(wake.get(), 1); }

  const HostPaths host;
  const std::shared_ptr<LogCatalog> catalog;
  const UniqueFd wake;
  std::unique_ptr<LogDiscovery> discovery;  // the thread's own

  std::mutex notifying;  // one lock more, since outputs are told in the middle of a turn
  std::function<void()> notify;

  mutable std::mutex mutex;
  std::condition_variable turned;
  std::uint64_t wanted = 1;  // looks
  std::uint64_t done = 0;
  std::uint64_t current = 0;
  std::optional<SteadyTime> busy_since;
  bool stop = false;
};

void DiscoveryThread::State::run() {
  while (begin_turn()) {
    discovery->turn(steady_now());
    end_turn();
    wait();
  }
}

bool DiscoveryThread::State::begin_turn() {
  const std::lock_guard lock(mutex);
  if (stop) {
    return false;
  }
  if (wanted != done) {
    discovery->expect_rescan();
  }
  current = wanted;
  busy_since = steady_now();
  return true;
}

void DiscoveryThread::State::end_turn() {
  const std::lock_guard lock(mutex);
  done = current;
  busy_since.reset();
  turned.notify_all();
}

// For whatever comes first: the next turn, or an event, which is handled after the quiet time.
void DiscoveryThread::State::wait() const {
  const SteadyTime next = discovery->next_turn();
  std::array<pollfd, 2> fds{{{wake.get(), POLLIN, 0}, {discovery->watch_fd(), POLLIN, 0}}};
  (void)::poll(fds.data(), fds.size(), milliseconds_until(next));
  const SteadyTime quiet = std::min(next, discovery->quiet_until());
  if (fds[0].revents == 0 && fds[1].revents != 0 && steady_now() < quiet) {
    (void)::poll(fds.data(), 1, milliseconds_until(quiet));
  }
  eventfd_t ignored = 0;
  (void)::eventfd_read(wake.get(), &ignored);
}

void DiscoveryThread::State::tell_outputs() {
  const std::lock_guard lock(notifying);
  if (notify) {
    notify();
  }
}

Result<std::unique_ptr<DiscoveryThread>> DiscoveryThread::start(
    LogDiscovery::Options options,
    const HostPaths& host,
    std::shared_ptr<LogCatalog> catalog,
    SelfMetrics& metrics,
    const std::shared_ptr<const LogChains>& before,
    std::function<void()> notify) {
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) {
    return errno_error("eventfd", errno);
  }
  auto state = std::make_shared<State>(host, std::move(catalog), std::move(wake));
  state->notify = std::move(notify);
  state->discovery = std::make_unique<LogDiscovery>(
      std::move(options), state->host, *state->catalog, metrics, [inner = state.get()] {
        inner->tell_outputs();
      });
  if (before) {
    state->discovery->inherit(*before);
  }
  Result<LooseThread> thread = LooseThread::start("discovery", [state] { state->run(); });
  if (!thread) {
    return std::move(thread).error();
  }
  return std::unique_ptr<DiscoveryThread>(
      new DiscoveryThread(std::move(state), *std::move(thread)));
}

DiscoveryThread::DiscoveryThread(std::shared_ptr<State> state, LooseThread thread)
    : state_(std::move(state)), thread_(std::move(thread)) {}

DiscoveryThread::~DiscoveryThread() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  {
    const std::lock_guard lock(state_->notifying);
    state_->notify = nullptr;
  }
  state_->ring();
  thread_.end_within(kPatienceAtEnd);
}

bool DiscoveryThread::look(Milliseconds patience) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->wanted;
  }
  state_->ring();
  return has_looked(patience);
}

bool DiscoveryThread::has_looked(Milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->turned.wait_for(lock, patience, [this] { return state_->done == state_->wanted; });
}

std::optional<SteadyTime> DiscoveryThread::busy_since() const {
  const std::lock_guard lock(state_->mutex);
  return state_->busy_since;
}

}  // namespace supercargo
