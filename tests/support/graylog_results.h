// What a Graylog stand-in has seen: messages, refusals, and counts.
//
// Owned by a GraylogStandIn, whose thread adds to it; any thread may look and wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo::test {

class GraylogResults {
 public:
  struct Counts {
    std::uint64_t accepted = 0;
    std::uint64_t stream_bytes = 0;  // read from TCP, decrypted
    std::uint64_t delimiters = 0;    // NUL bytes among them
    std::uint64_t torn = 0;          // connections that ended within a message
    std::uint64_t connections = 0;   // accepted on any port
    std::uint64_t ended = 0;         // of them
    std::uint64_t http_requests = 0;
  };

  explicit GraylogResults(bool keep) : keep_(keep) {}

  void accept(const std::string& message);
  void refuse(std::string reason);
  void add_datagram(std::string_view datagram);

  template <class Change>
  void count(Change change) {
    const std::lock_guard lock(mutex_);
    change(counts_);
    changed_.notify_all();
  }

  [[nodiscard]] std::vector<std::string> messages() const;
  [[nodiscard]] std::vector<std::string> refusals() const;
  [[nodiscard]] std::vector<std::string> datagrams() const;
  [[nodiscard]] Counts counts() const;

  // True as soon as the counts satisfy the condition.
  template <class Condition>
  bool wait_for(std::chrono::milliseconds timeout, Condition condition) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return condition(counts_); });
  }

 private:
  const bool keep_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Counts counts_;
  std::vector<std::string> messages_;
  std::vector<std::string> refusals_;
  std::vector<std::string> datagrams_;
};

}  // namespace supercargo::test
