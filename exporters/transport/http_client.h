// HTTP POSTs of one output, several at a time, as the poll loop of that output's thread.
//
// Owned and called by one output's thread. Never blocks but in poll(). Connections are kept alive
// and used again. A receiver gets a body once at most: where a kept connection turns out to be
// closed the request is begun again at once, but only when the end of its body was not written or
// never taken by the peer's kernel, so that nobody can have had it and there is no repeat to count;
// in all other cases that is a failure as any other (agent/adr/0001). Redirects are not followed.
// Proxies come from the environment (http_proxy, https_proxy, no_proxy). Secrets and certificates
// are read from their files again and may be rotated. Requires: the process ignores SIGPIPE.
#pragma once

#include <memory>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "exporters/transport/byte_buffer.h"
#include "exporters/transport/http_types.h"

namespace supercargo {

class HttpClient {
 public:
  // Fails only when libcurl cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<HttpClient>> create(HttpClientOptions options);

  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // A cleared buffer, where possible one that a finished request gave back.
  [[nodiscard]] ByteBuffer take_buffer();

  // For the body of a result that is of no more use.
  void give_back(ByteBuffer buffer);

  // Begins to send. What fails at once fails in the next poll().
  void start(HttpPost request);

  // Moves the requests on until one is finished, `wake_fd` (or -1) is readable, or the time is
  // over; appends what has finished. Does not read from `wake_fd`.
  void poll(int wake_fd, Milliseconds timeout, std::vector<HttpResult>& results);

  // Requests started and without result.
  [[nodiscard]] std::size_t in_flight() const;

 private:
  class Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace supercargo
