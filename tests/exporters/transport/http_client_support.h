// What the tests of HttpClient share: requests, and a receiver that keeps them.
//
// One thread; a Receiver answers on its own.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "exporters/transport/http_client.h"
#include "tests/support/http_stand_in.h"

namespace supercargo::test {

inline HttpClientOptions quick_options() {
  HttpClientOptions options;
  options.secret_refresh = Milliseconds(0);
  return options;
}

inline std::unique_ptr<HttpClient> make_client(HttpClientOptions options = quick_options()) {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::create(std::move(options));
  EXPECT_TRUE(client);
  return std::move(*client);
}

inline HttpPost request_to(const std::string& url,
                           std::uint64_t id,
                           std::string_view body = "body") {
  HttpPost request;
  request.id = id;
  request.url = url;
  request.body.append(body);
  return request;
}

inline std::vector<HttpResult> finish_all(HttpClient& client) {
  std::vector<HttpResult> results;
  const SteadyTime deadline = steady_now() + std::chrono::seconds(20);
  while (client.in_flight() > 0 && steady_now() < deadline) {
    client.poll(/*wake_fd=*/-1, std::chrono::seconds(1), results);
  }
  return results;
}

inline HttpResult post(HttpClient& client, HttpPost request) {
  client.start(std::move(request));
  std::vector<HttpResult> results = finish_all(client);
  EXPECT_EQ(results.size(), 1U);
  return results.empty() ? HttpResult{} : std::move(results.front());
}

// Keeps what it was sent and answers as it was told.
class Receiver {
 public:
  explicit Receiver(StandInResponse response = {}, HttpStandInOptions options = {})
      : response_(std::move(response)), options_(std::move(options)) {}

  [[nodiscard]] std::string url() const { return server_.url(); }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

  [[nodiscard]] std::uint64_t connections() const { return server_.connections(); }

  std::vector<StandInRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  void set_response(StandInResponse response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
  }

 private:
  StandInResponse take(const StandInRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return response_;
  }

  std::mutex mutex_;
  StandInResponse response_;
  HttpStandInOptions options_;
  std::vector<StandInRequest> requests_;
  HttpStandIn server_{options_, [this](const StandInRequest& request) { return take(request); }};
};

}  // namespace supercargo::test
