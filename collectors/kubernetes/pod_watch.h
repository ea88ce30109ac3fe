// The thread that keeps a PodStore like the API server's pods of this node.
//
// agent/app owns it; it runs from its making to its end, which waits for the thread.
#pragma once

#include <memory>
#include <thread>

#include "agent/base/result.h"
#include "collectors/kubernetes/api_access.h"
#include "collectors/kubernetes/api_stream.h"
#include "collectors/kubernetes/pod_reflector.h"

namespace supercargo {

class PodWatch {
 public:
  // Requires: `store` outlives it. Fails only when libcurl cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<PodWatch>> start(ApiAccess access,
                                                               ReflectorOptions options,
                                                               PodStore& store);
  ~PodWatch();
  PodWatch(const PodWatch&) = delete;
  PodWatch& operator=(const PodWatch&) = delete;

 private:
  PodWatch(std::unique_ptr<ApiStream> stream, ReflectorOptions options, PodStore& store);
  void work();

  std::unique_ptr<ApiStream> stream_;
  PodReflector reflector_;  // of the thread
  std::thread thread_;
};

}  // namespace supercargo
