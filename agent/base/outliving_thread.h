// Counts the threads that may outlive whoever started them, since they may hang in the kernel.
//
// Each such thread has one on its stack while it runs; any thread may ask. While there is one, the
// process must not end by exit(): it destroys what is static, which the thread may still use when
// its answer comes after all.
#pragma once

#include <atomic>

namespace supercargo {

class OutlivingThread {
 public:
  OutlivingThread() noexcept { ++count(); }

  ~OutlivingThread() { --count(); }

  OutlivingThread(const OutlivingThread&) = delete;
  OutlivingThread& operator=(const OutlivingThread&) = delete;

  [[nodiscard]] static bool any() noexcept { return count() > 0; }

 private:
  static std::atomic<int>& count() noexcept {
    static std::atomic<int> running = 0;
    return running;
  }
};

}  // namespace supercargo
