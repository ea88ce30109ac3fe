// GELF over HTTP: one message a POST, since Graylog drops what follows the first object of a body
// unless its input was told to expect more.
//
// agent/app makes one for an output; the output's thread calls it. The messages of a request follow
// one another, each after the answer to the one before, so that they keep their order; up to
// max_in_flight requests go on side by side, each on a connection that is kept. Graylog answers 202
// before it looks at the message: "delivered" means that it is in its hands. When a request fails
// in the middle, the messages that were taken are remembered (as hashes of their ids) and left out
// when they come again, so that a receiver that limits the rate gets every message once, and a
// request gets on however often it is cut short. A message that is too long for the receiver (413)
// is cut and sent again at once: smaller requests would not make it any shorter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/transport/http_client.h"

namespace supercargo {

class GelfHttpSender final : public Sender {
 public:
  GelfHttpSender(const DeliveryConfig& delivery,
                 const GelfEndpoint& endpoint,
                 GelfEncoder::Options encoding,
                 const GelfCounters& counters,
                 std::unique_ptr<HttpClient> client);

  [[nodiscard]] bool ready() const override { return jobs_.size() < max_in_flight_; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override { encoder_.append(batch, open_); }

  [[nodiscard]] std::size_t open_bytes() const override { return open_.size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return jobs_.size(); }

 private:
  struct Job {
    RequestId id = 0;
    std::string messages;   // each with a NUL byte behind it
    std::size_t begin = 0;  // of the one on its way
    std::size_t taken = 0;
    std::string message;  // the one on its way
    bool cut = false;     // of message
    bool done = false;    // nothing is left to be sent
  };

  void send_next(Job& job);
  void take_message(Job& job);
  void post(const Job& job);
  void remember_accepted(const Job& job);
  void take_done(std::vector<Outcome>& outcomes);
  // True: the job has its outcome and is to be forgotten.
  [[nodiscard]] bool handle(Job& job, HttpResult result, std::vector<Outcome>& outcomes);
  [[nodiscard]] bool shorten(Job& job);

  const std::size_t max_in_flight_;
  const std::string url_;
  GelfCounters counters_;
  GelfEncoder encoder_;
  std::unique_ptr<HttpClient> client_;
  std::string open_;
  std::vector<Job> jobs_;
  std::vector<HttpResult> results_;
  std::unordered_set<std::uint64_t> accepted_;  // of requests that failed behind them
};

}  // namespace supercargo
