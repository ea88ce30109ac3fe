// Runs a ContainerWatch on a thread of its own.
//
// Made, started and destroyed on the main thread.
#pragma once

#include <memory>
#include <thread>

#include "agent/base/fd.h"
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
  LifecycleThread(std::unique_ptr<ContainerWatch> watch, UniqueFd stop);
  void run();
  [[nodiscard]] bool wait(SteadyTime until, bool listens) const;

  const std::unique_ptr<ContainerWatch> watch_;
  const UniqueFd stop_;
  std::thread thread_;
};

}  // namespace supercargo
