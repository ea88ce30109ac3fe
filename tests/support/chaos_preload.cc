// Loaded into the agent by tests/chaos (LD_PRELOAD): what an operating system may do to a program,
// on request, while it runs.
//
// The driver maps the file named by SUPERCARGO_CHAOS_FILE and writes into it; any thread of the
// agent reads it. Without the file everything is as usual. tests/chaos/preload.py has the same
// layout.
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

struct Control {
  volatile std::int64_t clock_offset_ns;   // CLOCK_REALTIME and its relatives are off by it
  volatile std::int32_t no_inotify;        // inotify_init1 fails
  volatile std::int32_t inotify_overflow;  // events are lost; the reader is told of an overflow
};

const Control& control() {
  static const Control kNone{};
  static const Control* const kMapped = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the agent does not change its environment
    const char* const path = std::getenv("SUPERCARGO_CHAOS_FILE");
    const int fd = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
    void* const memory =
        fd < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(Control), PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0) {
      ::close(fd);
    }
    return memory == MAP_FAILED ? &kNone : static_cast<const Control*>(memory);
  }();
  return *kMapped;
}

template <typename Function>
Function next(const char* name) {
  Function function = nullptr;
  void* const symbol = ::dlsym(RTLD_NEXT, name);
  std::memcpy(&function, &symbol, sizeof function);
  return function;
}

void shift(timespec& time) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t whole = time.tv_sec * kSecond + time.tv_nsec + control().clock_offset_ns;
  time.tv_sec = whole / kSecond;
  time.tv_nsec = whole % kSecond;
}

std::atomic<int> inotify_fd = -1;  // the one that was made last: that of log discovery

using ClockGettime = int (*)(clockid_t, timespec*);
using InotifyInit1 = int (*)(int);
using Read = ssize_t (*)(int, void*, std::size_t);

}  // namespace

// The C library's names of parameters are reserved ones.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto kReal = next<ClockGettime>("clock_gettime");
  const int result = kReal(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    shift(*time);
  }
  return result;
}

int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
    return -1;
  }
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

std::time_t time(std::time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) {
    *out = now.tv_sec;
  }
  return now.tv_sec;
}

int inotify_init1(int flags) noexcept {
  static const auto kReal = next<InotifyInit1>("inotify_init1");
  if (control().no_inotify != 0) {
    errno = EMFILE;
    return -1;
  }
  const int fd = kReal(flags);
  inotify_fd = fd;
  return fd;
}

// While the queue "overflows", what is in it is thrown away and one overflow event stands for it.
ssize_t read(int fd, void* buffer, std::size_t size) {
  static const auto kReal = next<Read>("read");
  const ssize_t count = kReal(fd, buffer, size);
  if (fd != inotify_fd || fd < 0 || count <= 0 || control().inotify_overflow == 0) {
    return count;
  }
  inotify_event event{};
  event.wd = -1;
  event.mask = IN_Q_OVERFLOW;
  std::memcpy(buffer, &event, sizeof event);
  return static_cast<ssize_t>(sizeof event);
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
