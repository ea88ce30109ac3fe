// A LokiSender and what a delivery loop would do with it, for tests against the stand-in.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "exporters/loki/loki_sender.h"
#include "tests/support/loki_stand_in.h"

namespace supercargo::test {

inline constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

inline LokiStandInOptions at_kNow() {
  LokiStandInOptions options;
  options.now_ns = [] { return kNow; };
  return options;
}

// A stand-in whose clock a test moves.
class MovingLoki {
 public:
  explicit MovingLoki(LokiLimits limits = {}) : loki_(options(limits)) {}

  LokiStandIn& operator*() { return loki_; }

  LokiStandIn* operator->() { return &loki_; }

  void pass(Milliseconds time) { now_ns_ += std::chrono::nanoseconds(time).count(); }

 private:
  LokiStandInOptions options(LokiLimits limits) {
    LokiStandInOptions options;
    options.limits = limits;
    options.now_ns = [this] { return now_ns_.load(); };
    return options;
  }

  std::atomic<std::int64_t> now_ns_{kNow};
  LokiStandIn loki_;
};

class Client {
 public:
  explicit Client(const LokiConfig& config,
                  DeliveryConfig delivery = {},
                  SenderInputs inputs = {}) {
    Result<std::unique_ptr<Sender>> made = LokiSender::create(
        config,
        delivery,
        [this] { return steady_now() + passed_; },
        supercargo::LokiCounters(metrics_, "loki"),
        std::move(inputs));
    EXPECT_TRUE(made);
    sender_ = std::move(*made);
  }

  explicit Client(const std::string& url, DeliveryConfig delivery = {})
      : Client(config_for(url), delivery) {}

  static LokiConfig config_for(const std::string& url) {
    LokiConfig config;
    config.url = url;
    return config;
  }

  Sender& sender() { return *sender_; }

  // For the sender the clock is so much ahead.
  void pass(Milliseconds time) { passed_ += time; }

  void append(std::string_view text,
              std::int64_t time_ns = kNow,
              std::uint64_t key = 1,
              const std::string& pod_uid = "") {
    ContainerInfo info;
    info.pod_uid = pod_uid;
    info.container = "c" + std::to_string(key);
    Record record;
    record.text = text;
    record.time_ns = time_ns;
    record.raw_bytes = static_cast<std::uint32_t>(text.size() + 1);
    record.raw_lines = 1;
    sender_->append(Batch{info, key, Stream::kStdout, "id", {&record, 1}, key});
  }

  void append_of(const std::string& pod_namespace, std::string_view text, std::uint64_t key) {
    ContainerInfo info;
    info.pod_namespace = pod_namespace;
    info.container = "c" + std::to_string(key);
    Record record;
    record.text = text;
    record.time_ns = kNow;
    record.raw_bytes = static_cast<std::uint32_t>(text.size() + 1);
    record.raw_lines = 1;
    sender_->append(Batch{info, key, Stream::kStdout, "id", {&record, 1}, key});
  }

  std::vector<Outcome> wait_all() {
    std::vector<Outcome> outcomes;
    const SteadyTime deadline = steady_now() + std::chrono::seconds(20);
    while (sender_->in_flight() > 0 && steady_now() < deadline) {
      sender_->wait(/*wake_fd=*/-1, Milliseconds(1'000), outcomes);
    }
    return outcomes;
  }

  Outcome post(std::string_view text, std::int64_t time_ns = kNow) {
    append(text, time_ns);
    return post();
  }

  // What was appended.
  Outcome post() {
    sender_->send(++last_id_);
    const std::vector<Outcome> outcomes = wait_all();
    EXPECT_EQ(outcomes.size(), 1U);
    return outcomes.empty() ? Outcome{} : outcomes.front();
  }

  // Of supercargo_loki_refused_entries_total, by reason.
  [[nodiscard]] std::map<std::string, double> refused() const {
    std::map<std::string, double> by_reason;
    for (const auto& family : metrics_.collect()) {
      if (family.name == "supercargo_loki_refused_entries_total") {
        for (const auto& metric : family.metric) {
          by_reason[metric.label.back().value] = metric.counter.value;
        }
      }
    }
    return by_reason;
  }

 private:
  SelfMetrics metrics_;
  std::unique_ptr<Sender> sender_;
  RequestId last_id_ = 0;
  Milliseconds passed_{0};
};

// Dropped raw bytes by reason.
inline std::map<std::string, std::uint64_t> dropped(const Outcome& outcome) {
  std::map<std::string, std::uint64_t> sums;
  for (const Outcome::Part& part : outcome.parts) {
    EXPECT_TRUE(part.refused.empty() || part.kind == Outcome::Kind::kDelivered);
    for (const Outcome::Refusal& refusal : part.refused) {
      sums[refusal.reason] += refusal.amount.bytes;
    }
  }
  return sums;
}

// What became of a chain, where that is not what became of the request; else what stands here.
inline Outcome::Part part_of(const Outcome& outcome, std::uint64_t chain) {
  for (const Outcome::Part& part : outcome.parts) {
    if (part.chain == chain) {
      return part;
    }
  }
  Outcome::Part none;
  none.kind = outcome.kind;
  none.reason = "no part";
  return none;
}

inline std::vector<std::string> texts(const LokiStandIn& loki) {
  std::vector<std::string> out;
  for (const LokiLine& line : loki.lines()) {
    out.push_back(line.line);
  }
  return out;
}

}  // namespace supercargo::test
