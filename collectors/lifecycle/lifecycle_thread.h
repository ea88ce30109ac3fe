// Runs a ContainerWatch on a thread of its own.
//
// Made, started and destroyed on the main thread. A thread that hangs (in the directories that tell
// containers' names) is left behind, with the watch.
#pragma once

#include <memory>

#include "agent/base/loose_thread.h"
#include "agent/base/result.h"
#include "collectors/lifecycle/container_watch.h"

namespace supercargo {

class LifecycleThread {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LifecycleThread>> start(
      std::unique_ptr<ContainerWatch> watch);
  ~LifecycleThread();
  LifecycleThread(const LifecycleThread&) = delete;
  LifecycleThread& operator=(const LifecycleThread&) = delete;

 private:
  struct State;
  LifecycleThread(std::shared_ptr<State> state, LooseThread thread);

  const std::shared_ptr<State> state_;
  LooseThread thread_;
};

}  // namespace supercargo
