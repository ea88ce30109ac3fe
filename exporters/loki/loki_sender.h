// The Loki output: push requests in protobuf, compressed with snappy, several in flight.
//
// One LokiSender an output, owned and called by that output's thread. One uncompressed buffer is
// open at a time; requests in flight hold compressed ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/loki/loki_encoder.h"
#include "exporters/transport/http_client.h"

namespace supercargo {

class LokiSender : public Sender {
 public:
  // kConfig: labels, headers or a tenant that Loki or HTTP cannot carry.
  [[nodiscard]] static Result<std::unique_ptr<Sender>> create(const LokiConfig& config,
                                                              const DeliveryConfig& delivery);

  [[nodiscard]] bool ready() const override { return in_flight() < max_in_flight_; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override { encoder_.append(batch); }

  [[nodiscard]] std::size_t open_bytes() const override { return encoder_.body().size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return client_->in_flight(); }

 private:
  LokiSender(LokiEncoder encoder,
             std::unique_ptr<HttpClient> client,
             std::string url,
             std::vector<std::string> headers,
             std::uint32_t max_in_flight);

  LokiEncoder encoder_;
  std::unique_ptr<HttpClient> client_;
  const std::string url_;
  const std::vector<std::string> headers_;
  const std::uint32_t max_in_flight_;
  std::vector<HttpResult> results_;
};

}  // namespace supercargo
