// A thread that is left behind when it does not end: one that may hang in the kernel for ever, as
// whoever looks at a path of a file server that is gone.
//
// Its function owns all that it uses (shared pointers), since it may outlive whoever started it.
// Made and destroyed on one thread.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "agent/base/clock.h"
#include "agent/base/result.h"

namespace supercargo {

class LooseThread {
 public:
  // `name`: at most 15 characters. kIo: there are no more threads.
  [[nodiscard]] static Result<LooseThread> start(const char* name, std::function<void()> run);

  LooseThread(LooseThread&&) = default;
  LooseThread& operator=(LooseThread&&) = delete;
  ~LooseThread();  // as end_within(0)

  // Waits for the function to return; true when it has. One that has not is left behind: the
  // thread ends, and frees what its function holds, whenever that returns.
  bool end_within(Milliseconds patience);

 private:
  struct State;
  LooseThread(std::shared_ptr<State> state, std::thread thread);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace supercargo
