// One request to the API server at a time, its answer handed on as it comes.
//
// Owned and called by PodWatch's thread; stop() by any. Connections are kept between requests. Not
// exporters/transport's client, which is made for POSTs whose answers are short. Requires: the
// process ignores SIGPIPE.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "collectors/kubernetes/api_access.h"
#include "collectors/kubernetes/api_types.h"

namespace supercargo {

class ApiStream {
 public:
  struct Receiver {
    std::function<void()> connected;                    // 200, and its body follows
    std::function<bool(std::string_view bytes)> bytes;  // of its body; false ends the request
  };

  // Fails only when libcurl cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<ApiStream>> create(ApiAccess access);
  ~ApiStream();
  ApiStream(const ApiStream&) = delete;
  ApiStream& operator=(const ApiStream&) = delete;

  // Returns when the answer has ended, the time is over, or after stop().
  [[nodiscard]] ApiAnswer get(const ApiRequest& request, const Receiver& receiver);

  // Until then, or until stop().
  void wait_until(SteadyTime time);

  // Ends what goes on, and everything after it at once. Any thread.
  void stop();

  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  struct Multi;
  struct Transfer;

  ApiStream(ApiAccess access, std::unique_ptr<Multi> multi);
  Status prepare(Transfer& transfer, const ApiRequest& request);
  [[nodiscard]] int run();
  [[nodiscard]] static ApiAnswer answer_of(Transfer& transfer, int code);

  const ApiAccess access_;
  std::unique_ptr<Multi> multi_;
  std::atomic<bool> stopped_{false};
};

}  // namespace supercargo
