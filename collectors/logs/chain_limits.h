// What bounds the reading of one chain of one output: its own rate limit, its namespace's, and what
// the receiver wishes.
//
// Owned by a LogReader beside the chain, on the output's thread; observe() tells the time. A limit
// that delays lets the file wait; one that drops is asked for every record.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/output_selection.h"
#include "agent/pipeline/pod_annotations.h"
#include "agent/pipeline/record.h"
#include "agent/pipeline/sender.h"
#include "collectors/logs/token_bucket.h"

namespace supercargo {

class ChainLimits {
 public:
  void add(std::shared_ptr<TokenBucket> bucket, RateLimitConfig::Action action);

  void observe(SteadyTime now);

  // Nothing may be read before that time; none: it may.
  [[nodiscard]] std::optional<SteadyTime> delayed_until() const;

  // How much may be read without delay.
  [[nodiscard]] std::uint64_t allowance() const;

  // When waiting for more to read begins to cost throughput; none: never.
  [[nodiscard]] std::optional<SteadyTime> full_at() const;

  // So much was read for the first time: what is delayed is counted here.
  void took(std::uint64_t bytes);

  // Whether a record of that size may pass; if not, it is to be dropped.
  [[nodiscard]] bool admit(std::uint64_t bytes);

  // The receiver's wishes: nothing before that time, and no more than that in one request (0: no
  // bound).
  void hold(SteadyTime until, std::uint64_t request_bytes);

  // The receiver lets it wait.
  [[nodiscard]] bool held() const { return hold_until_ > now_; }

  // How much of it may still go into that request.
  [[nodiscard]] std::uint64_t left_in(RequestId request) const;

  void took_in(RequestId request) { request_ = request; }

 private:
  SteadyTime now_{};
  SteadyTime hold_until_{};
  std::uint64_t request_bytes_ = 0;
  RequestId request_ = 0;  // the last one that it was read into
  std::vector<std::shared_ptr<TokenBucket>> delaying_;
  std::vector<std::shared_ptr<TokenBucket>> dropping_;
};

// All limits of an output's reading.
struct ReadLimits {
  RateLimitsConfig rates{};
  FirstReadConfig first_read{};
  ReadGate gate{};
  LogFilter wanted{};
  Milliseconds gate_wait{15'000};  // at most, of each container's first lines
};

// Makes the limits of chains as the configuration wants them. Chains of one namespace share its
// bucket. Containers without a namespace have only their own limit.
class LimitMaker {
 public:
  explicit LimitMaker(const RateLimitsConfig& config) : config_(config) {}

  [[nodiscard]] ChainLimits make(const ContainerInfo& container);

 private:
  const RateLimitsConfig config_;
  std::map<std::string, std::weak_ptr<TokenBucket>> namespaces_;
};

}  // namespace supercargo
