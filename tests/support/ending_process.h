// A process that does nothing until the test ends it: then it is there as what its parent has not
// asked for yet, and gone with this.
#pragma once

#include <cstdint>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace supercargo::test {

class EndingProcess {
 public:
  EndingProcess() : process_(::fork()) {
    if (process_ == 0) {
      for (;;) {
        ::pause();
      }
    }
  }

  EndingProcess(const EndingProcess&) = delete;
  EndingProcess& operator=(const EndingProcess&) = delete;

  ~EndingProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::uint32_t id() const { return static_cast<std::uint32_t>(process_); }

  void end() const {
    ::kill(process_, SIGKILL);
    siginfo_t ended{};
    ::waitid(P_PID, id(), &ended, WEXITED | WNOWAIT);
  }

 private:
  const pid_t process_;
};

}  // namespace supercargo::test
