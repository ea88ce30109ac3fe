// Batches for the tests of the GELF senders, and the turn of their loop.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/base/clock.h"
#include "agent/base/self_metrics.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/gelf_counters.h"

namespace supercargo::test {

// Records of one container, at offsets 0, 100, 200...; owns what their views look at.
class TestBatch {
 public:
  explicit TestBatch(std::vector<std::string> texts) : texts_(std::move(texts)) {
    info.node = "node-1";
    info.pod_namespace = "shop";
    info.pod = "cart-5d9";
    info.pod_uid = "0f3c";
    info.container = "cart";
    info.container_id = "abc123";
    info.restart = 2;
    for (const std::string& text : texts_) {
      records.push_back(
          Record{1'700'000'000'000'000'001 + static_cast<std::int64_t>(records.size()),
                 text,
                 100 * records.size(),
                 static_cast<std::uint32_t>(text.size()) + 40,
                 1});
    }
  }

  [[nodiscard]] Batch get() const { return Batch{info, key, stream, id_prefix, records, chain}; }

  ContainerInfo info;
  std::vector<Record> records;
  std::uint64_t key = 7;
  std::uint64_t chain = 1;
  Stream stream = Stream::kStdout;
  std::string id_prefix = "0f3c/cart/2/9a8b";

 private:
  std::vector<std::string> texts_;
};

// Text that no compressor makes smaller than three quarters.
inline std::string noise(std::size_t bytes, std::uint64_t seed = 1) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    out += kLetters[(seed >> 40U) % kLetters.size()];
  }
  return out;
}

inline std::string short_message(const std::string& message) {
  return nlohmann::json::parse(message).at("short_message").get<std::string>();
}

// Lets the sender work until so many outcomes are there; false after 20 s without them.
inline bool pump(Sender& sender, std::vector<Outcome>& outcomes, std::size_t count) {
  const SteadyTime end = steady_now() + std::chrono::seconds(20);
  while (outcomes.size() < count && steady_now() < end) {
    sender.wait(-1, Milliseconds(100), outcomes);
  }
  return outcomes.size() >= count;
}

// As pump, until a condition outside holds.
template <class Condition>
bool pump_until(Sender& sender, std::vector<Outcome>& outcomes, Condition condition) {
  const SteadyTime end = steady_now() + std::chrono::seconds(20);
  while (!condition() && steady_now() < end) {
    sender.wait(-1, Milliseconds(5), outcomes);
  }
  return condition();
}

// Texts of messages that the stand-in has accepted, in order.
inline std::vector<std::string> texts_of(const std::vector<std::string>& messages) {
  std::vector<std::string> texts(messages.size());
  std::transform(messages.begin(), messages.end(), texts.begin(), short_message);
  return texts;
}

inline void send_batch(Sender& sender, RequestId id, std::vector<std::string> texts) {
  const TestBatch batch(std::move(texts));
  sender.append(batch.get());
  sender.send(id);
}

}  // namespace supercargo::test
